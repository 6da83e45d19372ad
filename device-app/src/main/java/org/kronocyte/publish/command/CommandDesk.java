package org.kronocyte.publish.command;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.Ack;
import org.kronocyte.publish.ClockQuality;
import org.kronocyte.publish.DeviceAddress;
import org.kronocyte.publish.DeviceClock;
import org.kronocyte.publish.Incoming;
import org.kronocyte.publish.Messages;
import org.kronocyte.publish.Packet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges commands and has them done, one after the other on a thread of its own. A command is
 * answered once, and done at most once: it is remembered first, so that a crash in between leaves
 * it undone and unanswered rather than done twice.
 */
public final class CommandDesk implements AutoCloseable {
  /** A command may not be valid for longer: {@link AnsweredCommands} must outlast it. */
  public static final Duration LONGEST_VALIDITY = Duration.ofHours(24);

  /** Commands waiting; more are dropped and counted. */
  static final int QUEUE = 32;

  private static final Logger log = LoggerFactory.getLogger(CommandDesk.class);
  private static final Duration IDENTIFY_FOR = Duration.ofSeconds(10);
  private static final int MAX_CORRELATION_BYTES = 64;

  private final Messages messages;
  private final DeviceAddress address;
  private final Set<Verb> allowed;
  private final AnsweredCommands answered;
  private final DeviceActions actions;
  private final DeviceClock clock;
  private final Consumer<Packet> replies;
  private final AtomicLong done = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong repeated = new AtomicLong();
  private final AtomicLong unreadable = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private final ThreadPoolExecutor executor =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(QUEUE),
          work -> {
            Thread thread = new Thread(work, "commands");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @param allowed all others are refused
   * @param replies takes the answers; returns at once
   */
  public CommandDesk(
      Messages messages,
      Set<Verb> allowed,
      AnsweredCommands answered,
      DeviceActions actions,
      DeviceClock clock,
      Consumer<Packet> replies) {
    this.messages = messages;
    this.address = messages.address();
    this.allowed = Set.copyOf(allowed);
    this.answered = Objects.requireNonNull(answered, "answered");
    this.actions = Objects.requireNonNull(actions, "actions");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.replies = Objects.requireNonNull(replies, "replies");
  }

  /** Takes a message from the broker; returns at once. Any thread. */
  public void received(Incoming message) {
    try {
      executor.execute(() -> guarded(message));
    } catch (RejectedExecutionException e) {
      dropped.incrementAndGet();
      log.warn("too many commands at once, or too late: one is dropped, unanswered");
    }
  }

  /** Figures for health, on one level. Any thread. */
  public Map<String, Object> figures() {
    return Map.of(
        "commands_done", done.get(),
        "commands_refused", refused.get(),
        "commands_repeated", repeated.get(),
        "commands_unreadable", unreadable.get(),
        "commands_dropped", dropped.get());
  }

  private void guarded(Incoming message) {
    try {
      handle(message);
    } catch (RuntimeException e) {
      log.error("unexpected failure at a command", e);
    }
  }

  void handle(Incoming message) {
    Optional<String> word = address.verb(message.topic());
    if (word.isEmpty()) {
      unreadable.incrementAndGet();
      log.warn("a message on a topic that is no command's is passed over");
      return;
    }
    Optional<Verb> verb = Verb.of(word.get());
    Command command;
    try {
      command = CommandReader.read(message.payload(), verb);
    } catch (BadCommandException e) {
      log.warn("a command '{}' can't be read: {}", word.get(), e.getMessage());
      unreadable.incrementAndGet();
      e.requestId()
          .filter(this::isNew)
          .ifPresent(
              id ->
                  answer(
                      message,
                      new Ack(
                          id,
                          word.get(),
                          Ack.Outcome.REFUSED,
                          e.reason(),
                          e.getMessage(),
                          Ack.Expiry.UNVERIFIED)));
      return;
    }
    if (isNew(command.requestId())) {
      answer(message, judge(message, word.get(), verb, command));
    }
  }

  private boolean isNew(String requestId) {
    boolean isNew = answered.remember(requestId);
    if (!isNew) {
      repeated.incrementAndGet();
    }
    return isNew;
  }

  private void answer(Incoming to, Ack ack) {
    if (ack.outcome() == Ack.Outcome.DONE) {
      done.incrementAndGet();
      log.info("command {} ({}) done", ack.verb(), ack.requestId());
    } else {
      refused.incrementAndGet();
      log.warn("command {} ({}): {}", ack.verb(), ack.requestId(), ack.message());
    }
    byte[] correlation =
        to.correlation().length <= MAX_CORRELATION_BYTES ? to.correlation() : new byte[0];
    replies.accept(messages.ack(ack, to.responseTopic(), correlation));
  }

  private Ack judge(Incoming message, String word, Optional<Verb> verb, Command command) {
    Ack.Expiry expiry = expiry(command.expiresAt());
    Ack.Outcome outcome = Ack.Outcome.REFUSED;
    String reason;
    String text;
    if (message.retained()) {
      outcome = Ack.Outcome.IGNORED;
      reason = "retained";
      text = "retained: nobody says it now; publish commands without the retain flag";
    } else if (verb.isEmpty()) {
      reason = "unknown_verb";
      text = "there is no such command";
    } else if (!allowed.contains(verb.get())) {
      reason = "forbidden";
      text = "the configuration doesn't allow it (mqtt.commands)";
    } else if (expiry == Ack.Expiry.EXPIRED) {
      outcome = Ack.Outcome.IGNORED;
      reason = "expired";
      text = "by this device's clock it expired before it arrived; compare 'at'";
    } else if (expiry == Ack.Expiry.TOO_FAR) {
      reason = "expires_too_late";
      text = "by this device's clock it is valid for more than 24 h; compare 'at'";
    } else if (expiry == Ack.Expiry.UNVERIFIED && verb.get().changes()) {
      reason = "clock_unset";
      text = "this device's clock was never set, so it can't tell whether this comes too late";
    } else {
      return carryOut(command, verb.get(), expiry);
    }
    return new Ack(command.requestId(), word, outcome, reason, text, expiry);
  }

  private Ack.Expiry expiry(Instant expiresAt) {
    if (clock.quality() == ClockQuality.UNSET) {
      return Ack.Expiry.UNVERIFIED;
    }
    Instant now = clock.instant();
    if (!now.isBefore(expiresAt)) {
      return Ack.Expiry.EXPIRED;
    }
    return expiresAt.isAfter(now.plus(LONGEST_VALIDITY)) ? Ack.Expiry.TOO_FAR : Ack.Expiry.VALID;
  }

  private Ack carryOut(Command command, Verb verb, Ack.Expiry expiry) {
    try {
      switch (verb) {
        case SLIDE_START -> actions.startSlide();
        case SLIDE_PAUSE -> actions.pauseSlide();
        case SLIDE_RESUME -> actions.resumeSlide();
        case SLIDE_FINISH -> actions.finishSlide();
        case IDENTIFY -> actions.identify(command.duration().orElse(IDENTIFY_FOR));
        case REPORT -> actions.report();
      }
      return new Ack(command.requestId(), verb.code(), Ack.Outcome.DONE, "", "", expiry);
    } catch (ProblemException e) {
      return new Ack(
          command.requestId(),
          verb.code(),
          Ack.Outcome.FAILED,
          e.problem().code(),
          e.problem().sentence(),
          expiry);
    } catch (RuntimeException e) {
      log.error("command {} failed unforeseen", verb.code(), e);
      return new Ack(
          command.requestId(),
          verb.code(),
          Ack.Outcome.FAILED,
          "internal_error",
          "it failed in a way nobody foresaw; the device's log says more",
          expiry);
    }
  }

  @Override
  public void close() {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(5, TimeUnit.SECONDS)) {
        executor.shutdownNow();
      }
    } catch (InterruptedException e) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
