package org.kronocyte.publish;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.kronocyte.problem.ProblemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: what is in flight on it, and whether it lives. Everything runs on the publisher's
 * thread; what the transport says on its own comes there through {@code inbox}.
 */
final class Session {
  private static final Logger log = LoggerFactory.getLogger(Session.class);

  private final Publisher.Parts parts;
  private final PublisherOptions options;
  private final Link link;
  private final Consumer<Runnable> inbox;
  private final Birth birth;
  private final Flights flights = new Flights();
  private final WaitingMessages waiting;

  /** Packets of what was begun, in their order, that go as the window lets them. */
  private final Deque<Runnable> begun = new ArrayDeque<>();

  private long bornBy;
  private boolean statusDue = true;
  private boolean nothingWaits;
  private boolean saidStranger;
  private Optional<String> lost = Optional.empty();

  Session(Publisher.Parts parts, PublisherOptions options, Link link, Consumer<Runnable> inbox) {
    this.parts = parts;
    this.options = options;
    this.link = link;
    this.inbox = inbox;
    this.waiting = new WaitingMessages(parts.outbox(), options.plan(), link.aside());
    this.birth = new Birth(parts.messages().bootId());
  }

  /** Connects and asks for commands; blocks at most for the connection timeout. */
  void open(DeviceStatus status) throws ProblemException {
    Packet will = parts.messages().will(status);
    parts.transport().connect(will, new Events());
    bornBy = System.nanoTime() + options.patience().silence().toNanos();
    // One place is left for the goodbye.
    flights.limit(parts.transport().window() - 1);
    link.day().spend(will.wireBytes());
    DeviceAddress address = parts.messages().address();
    // A retained command that was sent while the device was away waits in its session, and would
    // come out of there looking like one that somebody says now.
    subscribe(
        address.commands(), true, refusal -> log.warn("no commands: {}", refusal.getMessage()));
    subscribe(
        address.status(),
        false,
        refusal -> {
          log.warn("can't hear whether this device is heard: {}", refusal.getMessage());
          birth.confirm();
        });
  }

  private void subscribe(String filter, boolean asSent, Consumer<RefusedException> refused) {
    long flight = flights.begin(OptionalLong.empty(), Optional.empty(), filter.length());
    var unused =
        parts
            .transport()
            .subscribe(filter, asSent)
            .whenComplete(
                (ok, failure) ->
                    inbox.accept(
                        () -> {
                          flights.settle(flight);
                          if (failure instanceof RefusedException refusal) {
                            refused.accept(refusal);
                          } else if (failure != null) {
                            lose("a subscription failed: " + failure);
                          }
                        }));
  }

  boolean alive() {
    return lost.isEmpty() && parts.transport().isConnected();
  }

  /** Why it ended, if it was noticed. */
  Optional<String> lost() {
    return lost;
  }

  /** The broker takes what is said, so that results may go. */
  boolean confirmed() {
    return birth.confirmed();
  }

  /** At the last look nothing waited that may go now, and all that went is acknowledged. */
  boolean allSaid() {
    return nothingWaits && begun.isEmpty() && flights.size() == 0 && !statusDue;
  }

  void statusChanged() {
    statusDue = true;
  }

  /** Finds out that nobody is at the other end any more. */
  void checkLiveness() {
    Duration silence = options.patience().silence();
    if (!birth.confirmed() && System.nanoTime() - bornBy > 0) {
      lose(
          "the broker doesn't pass on what this device says (its access rules must let it write and"
              + " read its status)");
    } else if (flights.size() > 0 && flights.silentFor(silence)) {
      lose("no acknowledgement for " + silence);
    } else if (flights.size() == 0 && flights.silentFor(silence.multipliedBy(2))) {
      statusDue = true; // Only an answer tells a quiet link from a dead one.
    }
  }

  /**
   * Sends one packet if that is possible now.
   *
   * @param urgentOnly everything else waits
   * @return how long until it is worth trying again; zero for at once
   */
  Duration sendNext(DeviceStatus status, boolean urgentOnly, Duration longest) {
    nothingWaits = false;
    if (!alive() || flights.windowFull(link.aside().oneAtATime())) {
      return longest;
    }
    if (statusDue) {
      statusDue = false;
      sendStatus(status);
      return Duration.ZERO;
    }
    if (!birth.confirmed()) {
      return longest;
    }
    if (!begun.isEmpty()) {
      begun.remove().run();
      return Duration.ZERO;
    }
    Optional<Replies.Reply> reply = link.replies().take();
    if (reply.isPresent()) {
      sendReply(reply.get());
      return Duration.ZERO;
    }
    Duration pause = link.rate().pause();
    if (!pause.isZero()) {
      return pause.compareTo(longest) < 0 ? pause : longest;
    }
    if (flights.size() == 0) {
      waiting.reconsider(urgentOnly);
    }
    Optional<Outbox.Entry> next = waiting.next(urgentOnly);
    nothingWaits = next.isEmpty();
    next.ifPresent(this::begin);
    return next.isPresent() ? Duration.ZERO : longest;
  }

  private void sendStatus(DeviceStatus status) {
    boolean first = !birth.confirmed();
    send(
        parts.messages().status(status),
        OptionalLong.empty(),
        () -> {
          if (first) {
            saidAtConnect();
          }
        },
        refusal -> lose("the broker refuses the device's status: " + refusal.getMessage()));
  }

  private void saidAtConnect() {
    link.dashboards().atConnect().forEach(this::beginFlattened);
  }

  private void beginFlattened(Packet packet) {
    begun.add(
        () ->
            send(
                packet,
                flights.begin(
                    OptionalLong.empty(), Optional.of(packet.topic()), packet.wireBytes()),
                () -> link.dashboards().acknowledged(packet.topic()),
                refusal ->
                    log.warn("a message for a dashboard is refused: {}", refusal.getMessage())));
  }

  private void sendReply(Replies.Reply reply) {
    Runnable settled = () -> link.replies().settled(reply);
    send(
        reply.packet(),
        OptionalLong.empty(),
        settled,
        refusal -> {
          log.warn("an answer to a command is refused: {}", refusal.getMessage());
          settled.run();
        });
  }

  /**
   * Begins with the packets of one message, the one that counts last: acknowledgements come in
   * order, so that with it the others are delivered, too.
   */
  private void begin(Outbox.Entry entry) {
    link.dashboards().beside(entry.message()).forEach(this::beginFlattened);
    begun.add(() -> sendEntry(entry));
  }

  private void sendEntry(Outbox.Entry entry) {
    send(
        entry.message().packet(parts.clock().instant()),
        OptionalLong.of(entry.id()),
        () -> waiting.delivered(entry),
        refusal -> {
          waiting.refused(entry);
          log.warn("a message waits, set aside: {}", refusal.getMessage());
        });
  }

  private void send(
      Packet packet, OptionalLong entry, Runnable delivered, Consumer<RefusedException> refused) {
    send(packet, flights.begin(entry, Optional.empty(), packet.wireBytes()), delivered, refused);
  }

  private void send(
      Packet packet, long flight, Runnable delivered, Consumer<RefusedException> refused) {
    link.spend(packet);
    var unused =
        parts
            .transport()
            .publish(packet)
            .whenComplete(
                (ok, failure) ->
                    inbox.accept(
                        () -> {
                          if (failure == null) {
                            flights.settle(flight);
                            delivered.run();
                          } else if (failure instanceof RefusedException refusal) {
                            flights.settle(flight);
                            refused.accept(refusal);
                          } else {
                            lose("a packet could not be sent: " + failure);
                          }
                        }));
  }

  private void lose(String why) {
    if (lost.isEmpty()) {
      lost = Optional.of(why);
    }
  }

  /** Drops the connection, and judges what was in flight when it broke off. */
  void end(boolean brokeOff) {
    parts.transport().close();
    if (!brokeOff || !birth.confirmed()) {
      return;
    }
    Optional<String> dashboard = flights.oldestDashboard();
    if (link.dashboards().connectionLost(dashboard)) {
      log.error(
          "the broker drops the connection at {} each time: nothing more is sent for dashboards"
              + " until the next start; let the device write there at the broker, or switch"
              + " mqtt.home_assistant or mqtt.thingsboard off",
          dashboard.orElseThrow());
    }
    if (dashboard.isEmpty()
        && link.aside().connectionLost(flights.oldestEntry(), flights.alone())) {
      log.error("the broker drops the connection at one message each time; it is set aside");
    }
  }

  /** A status that is the last thing said, then the disconnection. */
  void sayGoodbye(DeviceStatus last, Runnable heard) {
    send(
        parts.messages().status(last),
        OptionalLong.empty(),
        heard,
        refusal -> lose("the goodbye is refused"));
  }

  private final class Events implements Transport.Listener {
    @Override
    public void connectionLost(String reason) {
      inbox.accept(() -> lose("it broke off: " + reason));
    }

    @Override
    public void received(Incoming message) {
      if (message.topic().equals(parts.messages().address().status())) {
        inbox.accept(() -> heard(birth.hear(message)));
      } else {
        options.commands().accept(message);
      }
    }
  }

  private void heard(Birth.Heard what) {
    if (what == Birth.Heard.LATE_WILL) {
      statusDue = true;
    } else if (what == Birth.Heard.STRANGER && !saidStranger) {
      saidStranger = true;
      log.error(
          "somebody else speaks as {}: give each device a name of its own",
          parts.messages().address());
    }
  }
}
