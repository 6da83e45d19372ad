package org.kronocyte.publish.command;

import java.time.Duration;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.Ack;
import org.kronocyte.publish.Messages;
import org.kronocyte.store.Work;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has a command done that may be done, and says what became of it. One thread. */
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

  /** The answer is noted in the transaction of what the command does, if that is in the store. */
  Answer carryOut(Command command, Verb verb, Ack.Expiry expiry) {
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
    }
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
