package org.kronocyte.publish.command;

import java.time.Duration;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.Ack;
import org.kronocyte.publish.Messages;
import org.kronocyte.publish.SiteAnswer;
import org.kronocyte.store.Work;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a command done that may be done, and says what became of it. One thread.
 *
 * <p>What is done to a slide is one transaction with the answer. What is done to site calibrations
 * is files: the answer {@code interrupted} is noted first, and the true one takes its place, so
 * that a power cut in between leaves a command that isn't done again.
 */
final class CommandHand {
  private static final Logger log = LoggerFactory.getLogger(CommandHand.class);
  private static final Duration IDENTIFY_FOR = Duration.ofSeconds(10);

  private final Messages messages;
  private final AnsweredCommands answered;
  private final DeviceActions actions;

  /** What is said of a command, and the payload that says it. */
  record Answer(Ack ack, String json) {}

  CommandHand(Messages messages, AnsweredCommands answered, DeviceActions actions) {
    this.messages = messages;
    this.answered = answered;
    this.actions = actions;
  }

  Answer carryOut(Command command, Verb verb, Ack.Expiry expiry) {
    return switch (verb) {
      case SITE_LIST, SITE_CALIBRATE, SITE_UNDO, SITE_AGAIN -> site(command, verb, expiry);
      default -> plain(command, verb, expiry);
    };
  }

  private Answer plain(Command command, Verb verb, Ack.Expiry expiry) {
    String id = command.requestId();
    Answer done = answer(new Ack(id, verb.code(), Ack.Outcome.DONE, "", "", expiry));
    Work<Void> receipt =
        tx -> {
          AnsweredCommands.remember(tx, id, done.json());
          return null;
        };
    try {
      act(verb, command, receipt);
      return done;
    } catch (ProblemException e) {
      return isNoted(id) ? done : failed(id, verb.code(), expiry, e);
    } catch (RuntimeException e) {
      log.error("command {} failed unforeseen", verb.code(), e);
      return isNoted(id) ? done : failed(id, verb.code(), expiry, unforeseen());
    }
  }

  private void act(Verb verb, Command command, Work<?> receipt) throws ProblemException {
    switch (verb) {
      case SLIDE_START -> actions.startSlide(receipt);
      case SLIDE_PAUSE -> actions.pauseSlide(receipt);
      case SLIDE_RESUME -> actions.resumeSlide(receipt);
      case SLIDE_FINISH -> actions.finishSlide(receipt);
      case IDENTIFY -> actions.identify(command.duration().orElse(IDENTIFY_FOR));
      case REPORT -> actions.report();
      default -> throw new IllegalArgumentException(verb.code() + " is about site calibrations");
    }
  }

  private Answer site(Command command, Verb verb, Ack.Expiry expiry) {
    String id = command.requestId();
    try {
      if (verb.changes()) {
        answered.remember(id, failed(id, verb.code(), expiry, interrupted()).json());
      }
      SiteAnswer now = siteAct(verb, command);
      Ack done = new Ack(id, verb.code(), Ack.Outcome.DONE, "", "", expiry);
      return new Answer(done, messages.ack(done, now));
    } catch (ProblemException e) {
      return failed(id, verb.code(), expiry, e);
    } catch (RuntimeException e) {
      log.error("command {} failed unforeseen", verb.code(), e);
      return failed(id, verb.code(), expiry, unforeseen());
    }
  }

  private SiteAnswer siteAct(Verb verb, Command command) throws ProblemException {
    return switch (verb) {
      case SITE_LIST -> actions.sites();
      case SITE_CALIBRATE -> actions.calibrateSite(command.slidesAreNormal());
      case SITE_UNDO -> actions.undoSite();
      case SITE_AGAIN -> actions.learnAgain();
      default -> throw new IllegalArgumentException(verb.code() + " isn't about site calibrations");
    };
  }

  private static ProblemException interrupted() {
    return new ProblemException(
        "interrupted",
        "the device stopped while it did this; nobody knows how far it came",
        "look with site-list, and ask again with another request_id if need be");
  }

  /** What failed afterwards was done all the same: its receipt is on the disk with it. */
  private boolean isNoted(String requestId) {
    try {
      return answered.find(requestId).isPresent();
    } catch (ProblemException e) {
      return false; // The failure that is answered says why.
    }
  }

  private static ProblemException unforeseen() {
    return new ProblemException(
        "internal_error", "it failed in a way nobody foresaw", "the device's log says more");
  }

  Answer failed(String requestId, String word, Ack.Expiry expiry, ProblemException e) {
    return answer(
        new Ack(
            requestId,
            word,
            Ack.Outcome.FAILED,
            e.problem().code(),
            e.problem().sentence(),
            expiry));
  }

  Answer answer(Ack ack) {
    return new Answer(ack, messages.ack(ack));
  }
}
