package org.kronocyte.publish.command;

import java.time.Duration;
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
import java.util.function.Supplier;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.Ack;
import org.kronocyte.publish.DeviceAddress;
import org.kronocyte.publish.DeviceClock;
import org.kronocyte.publish.Incoming;
import org.kronocyte.publish.Messages;
import org.kronocyte.publish.Packet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges commands and has them done, one after the other on a thread of its own. A command is
 * answered once in a run, and what changes something is done at most once: its answer is stored in
 * the transaction of its effect. A later run gives the stored answer again.
 */
public final class CommandDesk implements AutoCloseable {
  /** A command may not be valid for longer: {@link AnsweredCommands} must outlast it. */
  public static final Duration LONGEST_VALIDITY = Duration.ofHours(24);

  /** Commands waiting; more are dropped and counted. */
  static final int QUEUE = 32;

  private static final Logger log = LoggerFactory.getLogger(CommandDesk.class);
  private static final int MAX_CORRELATION_BYTES = 64;

  private final Messages messages;
  private final DeviceAddress address;
  private final CommandRules rules;
  private final AnsweredCommands answered;
  private final CommandHand hand;
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
    this.rules = new CommandRules(allowed, clock);
    this.answered = Objects.requireNonNull(answered, "answered");
    this.hand = new CommandHand(messages, answered, Objects.requireNonNull(actions, "actions"));
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
    try {
      Command command = CommandReader.read(message.payload(), verb);
      deal(message, command.requestId(), word.get(), () -> judge(message, word.get(), command));
    } catch (BadCommandException e) {
      log.warn("a command '{}' can't be read: {}", word.get(), e.getMessage());
      unreadable.incrementAndGet();
      e.requestId().ifPresent(id -> deal(message, id, word.get(), () -> unread(id, word.get(), e)));
    }
  }

  /** Answers what is new, by {@code judgement}; repeats what an earlier run answered. */
  private void deal(
      Incoming message, String requestId, String word, Supplier<CommandHand.Answer> judgement) {
    if (!answered.meet(requestId)) {
      repeated.incrementAndGet();
      return;
    }
    try {
      Optional<String> earlier = answered.find(requestId);
      if (earlier.isPresent()) {
        repeated.incrementAndGet();
        log.info("command {} ({}) was answered before the restart", word, requestId);
        reply(message, requestId, earlier.get());
        return;
      }
    } catch (ProblemException e) {
      // What isn't known to be new must not be done.
      answer(message, hand.failed(requestId, word, Ack.Expiry.UNVERIFIED, e));
      return;
    }
    CommandHand.Answer answer = judgement.get();
    try {
      answered.remember(requestId, answer.json());
    } catch (ProblemException e) {
      log.warn("the answer to {} can't be noted: {}", requestId, e.getMessage());
    }
    answer(message, answer);
  }

  private CommandHand.Answer unread(String requestId, String word, BadCommandException e) {
    return hand.answer(
        new Ack(
            requestId,
            word,
            Ack.Outcome.REFUSED,
            e.reason(),
            e.getMessage(),
            Ack.Expiry.UNVERIFIED));
  }

  private void answer(Incoming to, CommandHand.Answer answer) {
    Ack ack = answer.ack();
    if (ack.outcome() == Ack.Outcome.DONE) {
      done.incrementAndGet();
      log.info("command {} ({}) done", ack.verb(), ack.requestId());
    } else {
      refused.incrementAndGet();
      log.warn("command {} ({}): {}", ack.verb(), ack.requestId(), ack.message());
    }
    reply(to, ack.requestId(), answer.json());
  }

  private void reply(Incoming to, String requestId, String json) {
    byte[] correlation =
        to.correlation().length <= MAX_CORRELATION_BYTES ? to.correlation() : new byte[0];
    replies.accept(messages.ack(requestId, json, to.responseTopic(), correlation));
  }

  private CommandHand.Answer judge(Incoming message, String word, Command command) {
    Optional<Verb> verb = Verb.of(word);
    Optional<Ack> objection = rules.objection(command, word, verb, message.retained());
    return objection.isPresent()
        ? hand.answer(objection.get())
        : hand.carryOut(command, verb.orElseThrow(), rules.expiry(command.expiresAt()));
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
