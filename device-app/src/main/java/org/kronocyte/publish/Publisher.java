package org.kronocyte.publish;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.kronocyte.problem.ProblemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers messages whenever there is a connection, and makes the connection. One thread of its own
 * does everything; the others only leave work in its inbox, so that no caller ever waits for the
 * network. Where no broker is configured there is no publisher.
 */
public final class Publisher implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Publisher.class);
  private static final Duration LONGEST_SLEEP = Duration.ofMinutes(1);
  private static final Duration LOOK_AROUND = Duration.ofSeconds(1);

  /**
   * How patient to be.
   *
   * @param silence with packets in flight and no acknowledgement for so long the connection is
   *     taken for dead; a link without anything to say is tried after twice that
   * @param delivery while stopping, for what still waits
   * @param goodbye after that, for the last status and the disconnection
   */
  public record Patience(Duration silence, Duration delivery, Duration goodbye) {
    public static final Patience STANDARD =
        new Patience(Duration.ofSeconds(60), Duration.ofSeconds(5), Duration.ofSeconds(3));
  }

  /** What a publisher is put together of. */
  record Parts(Transport transport, Outbox outbox, Messages messages, DeviceClock clock) {}

  // Shared with all threads.
  private final Parts parts;
  private final PublisherOptions options;
  private final Inbox inbox = new Inbox();
  private final Thread thread = new Thread(this::run, "publisher");
  private final AtomicLong connections = new AtomicLong();
  private volatile boolean connected;
  private volatile int setAside;
  private volatile long bytesToday;

  // Owned by the publisher's thread; valid as long as it runs.
  private final Backoff backoff;
  private final Link link;
  private DeviceStatus status;
  private boolean stopping;
  private boolean urgentWaits;
  private int failedAttempts;
  private long stopBy;
  private Session session;

  /**
   * @param status what to say first
   */
  public Publisher(
      Transport transport,
      Outbox outbox,
      Messages messages,
      DeviceStatus status,
      Backoff backoff,
      InstantSource clock,
      Patience patience) {
    this(
        transport,
        outbox,
        messages,
        status,
        backoff,
        DeviceClock.unverified(clock),
        PublisherOptions.of(patience));
  }

  /**
   * @param status what to say first
   */
  public Publisher(
      Transport transport,
      Outbox outbox,
      Messages messages,
      DeviceStatus status,
      Backoff backoff,
      DeviceClock clock,
      PublisherOptions options) {
    this.parts = new Parts(transport, outbox, messages, clock);
    this.status = Objects.requireNonNull(status, "status");
    this.backoff = Objects.requireNonNull(backoff, "backoff");
    this.options = Objects.requireNonNull(options, "options");
    this.link = Link.of(options, System::nanoTime);
    this.urgentWaits = outbox.anyWaits(options.plan()::isUrgent);
    thread.setDaemon(true);
  }

  /** Begins to connect, and doesn't wait for it. Called once. */
  public void start() {
    thread.start();
  }

  /**
   * Leaves a message for delivery; returns at once. Any thread.
   *
   * @return false if it couldn't be stored and is lost
   */
  public boolean offer(Message message) {
    boolean stored = parts.outbox().add(connected ? message : message.whileOffline());
    if (stored) {
      wake(List.of(message));
    }
    return stored;
  }

  /** Leaves the answer to a command for delivery; returns at once. Any thread. */
  public void reply(Packet reply) {
    inbox.add(() -> link.replies().add(reply));
  }

  /** Whether there is a connection; a message made without one is late. Any thread. */
  public boolean isConnected() {
    return connected;
  }

  /** These messages were put into the outbox by another way than {@link #offer}. Any thread. */
  public void wake(List<Message> added) {
    boolean urgent = added.stream().anyMatch(options.plan()::isUrgent);
    inbox.add(() -> urgentWaits |= urgent);
  }

  /** Replaces the state told to others; only the newest counts. Returns at once. Any thread. */
  public void status(DeviceStatus newest) {
    Objects.requireNonNull(newest, "newest");
    inbox.add(
        () -> {
          status = newest;
          if (session != null) {
            session.statusChanged();
          }
        });
  }

  /** Figures for health, on one level. Any thread. */
  public Map<String, Object> figures() {
    Outbox outbox = parts.outbox();
    return Map.of(
        "broker_connected", connected,
        "broker_connections", connections.get(),
        "outbox_messages", outbox.size(),
        "outbox_bytes", outbox.bytes(),
        "dropped_messages", outbox.dropped(),
        "refused_messages", setAside,
        "sent_bytes_today", bytesToday);
  }

  /**
   * Delivers what waits if that is quick, says {@code stopped} and disconnects. Returns within the
   * patience given, whatever the network does; logs what stayed undelivered.
   */
  @Override
  public void close() {
    Patience patience = options.patience();
    inbox.add(
        () -> {
          stopping = true;
          stopBy = System.nanoTime() + patience.delivery().toNanos();
        });
    Duration limit = patience.delivery().plus(patience.goodbye().multipliedBy(2));
    try {
      thread.join(limit.toMillis());
      if (thread.isAlive()) {
        thread.interrupt();
        thread.join(patience.goodbye().toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    parts.transport().close();
    int left = parts.outbox().size();
    if (left > 0) {
      log.warn("stopped with {} messages undelivered", left);
    }
    parts.outbox().close();
  }

  private void run() {
    try {
      while (!stopping) {
        Duration closed = closedFor();
        if (!closed.isZero() && !urgentWaits) {
          // Not for long, as the clock may be set meanwhile.
          Duration pause = closed.compareTo(LONGEST_SLEEP) < 0 ? closed : LONGEST_SLEEP;
          inbox.handleAllFor(pause, () -> stopping || urgentWaits);
          continue;
        }
        boolean onPurpose = false;
        try {
          onPurpose = connect() && serve();
        } catch (RuntimeException e) {
          log.error("unexpected failure while publishing, connecting anew", e);
          parts.transport().close();
        }
        connected = false;
        session = null;
        parts.outbox().releaseTaken();
        link.replies().releaseTaken();
        if (!onPurpose) {
          inbox.handleAllFor(backoff.next(), () -> stopping);
        }
      }
    } catch (InterruptedException e) {
      log.warn("interrupted before the goodbye to the broker");
    } finally {
      connected = false;
      link.day().close();
    }
  }

  /** How long the link stays closed by plan; zero if it may be open. */
  private Duration closedFor() {
    Duration window = options.plan().closedFor(parts.clock().instant(), parts.clock().quality());
    Duration budget = link.day().exhausted() ? link.day().untilNextDay() : Duration.ZERO;
    return window.compareTo(budget) > 0 ? window : budget;
  }

  private boolean connect() {
    session = new Session(parts, options, link, inbox::add);
    try {
      session.open(status);
    } catch (ProblemException e) {
      // Said once for each outage; a night without a broker must not fill the log.
      if (failedAttempts++ == 0) {
        log.warn("{} ({}); trying again until it works", e.getMessage(), e.problem().code());
      } else {
        log.debug("attempt {} to connect failed: {}", failedAttempts, e.getMessage());
      }
      return false;
    }
    connections.incrementAndGet();
    log.info("connected to the broker, {} messages wait", parts.outbox().size());
    return true;
  }

  /** Sends until the connection is lost, everything is said or the link is to be closed. */
  private boolean serve() throws InterruptedException {
    Session current = session;
    long began = System.nanoTime();
    boolean onPurpose = false;
    inbox.handleAll();
    while (current.alive() && !onPurpose) {
      if (System.nanoTime() - began > backoff.longest().toNanos()) {
        backoff.reset();
      }
      boolean closing = !closedFor().isZero();
      Duration wait = current.sendNext(status, closing, LOOK_AROUND);
      boolean allSaid = current.allSaid();
      if (closing && allSaid) {
        urgentWaits = false; // What comes from here on sets it again.
      }
      if (!wait.isZero()) {
        inbox.handleFor(stopping ? Duration.ofMillis(20) : wait);
      }
      inbox.handleAll();
      noteProgress(current);
      if (stopping && ((allSaid && nothingWaits()) || System.nanoTime() - stopBy >= 0)) {
        goodbye(current, status.with(DeviceStatus.State.STOPPED, "The device was stopped."));
        onPurpose = true;
      } else if (closing && allSaid && !urgentWaits && link.replies().size() == 0) {
        goodbye(current, status.with(DeviceStatus.State.SLEEPING, "The link is closed by plan."));
        onPurpose = true;
      }
      current.checkLiveness();
    }
    if (!onPurpose) {
      String why = current.lost().orElse("it broke off");
      log.warn("the connection to the broker is given up: {}", why);
    }
    current.end(!onPurpose);
    return onPurpose;
  }

  private boolean nothingWaits() {
    return link.replies().size() == 0 && parts.outbox().size() <= link.aside().size();
  }

  private void noteProgress(Session current) {
    setAside = link.aside().size();
    bytesToday = link.day().spent();
    if (current.confirmed() && !connected) {
      connected = true;
      failedAttempts = 0;
    }
  }

  private void goodbye(Session current, DeviceStatus last) throws InterruptedException {
    AtomicBoolean heard = new AtomicBoolean();
    Duration patience = options.patience().goodbye();
    current.sayGoodbye(last, () -> heard.set(true));
    long by = System.nanoTime() + patience.toNanos();
    while (!heard.get() && current.alive() && System.nanoTime() - by < 0) {
      inbox.handleFor(Duration.ofMillis(20));
    }
    if (heard.get()) {
      parts.transport().disconnect(patience);
    } else {
      log.warn("the broker did not acknowledge the goodbye");
      parts.transport().close();
    }
  }
}
