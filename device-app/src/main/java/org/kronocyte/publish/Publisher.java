package org.kronocyte.publish;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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
  /** Packets sent and not acknowledged at any one time. */
  static final int WINDOW = 16;

  private static final Logger log = LoggerFactory.getLogger(Publisher.class);

  /**
   * How patient to be.
   *
   * @param silence with packets in flight and no acknowledgement for so long the connection is
   *     taken for dead
   * @param delivery while stopping, for what still waits
   * @param goodbye after that, for the last status and the disconnection
   */
  public record Patience(Duration silence, Duration delivery, Duration goodbye) {
    public static final Patience STANDARD =
        new Patience(Duration.ofSeconds(60), Duration.ofSeconds(5), Duration.ofSeconds(3));
  }

  // Shared with all threads.
  private final Transport transport;
  private final Outbox outbox;
  private final Messages messages;
  private final InstantSource clock;
  private final Patience patience;
  private final BlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>();
  private final Thread thread = new Thread(this::run, "publisher");
  private volatile boolean connected;
  private final AtomicLong connections = new AtomicLong();

  // Owned by the publisher's thread; valid as long as it runs.
  private final Backoff backoff;
  private DeviceStatus status;
  private boolean stopping;
  private int failedAttempts;
  private long stopBy;

  // Owned by the publisher's thread; valid for one connection.
  private long connection;
  private boolean lost;
  private boolean statusDue;
  private int inFlight;
  private long lastProgress;

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
    this.transport = Objects.requireNonNull(transport, "transport");
    this.outbox = Objects.requireNonNull(outbox, "outbox");
    this.messages = Objects.requireNonNull(messages, "messages");
    this.status = Objects.requireNonNull(status, "status");
    this.backoff = Objects.requireNonNull(backoff, "backoff");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.patience = Objects.requireNonNull(patience, "patience");
    thread.setDaemon(true);
  }

  /** Begins to connect, and doesn't wait for it. Called once. */
  public void start() {
    thread.start();
  }

  /** Leaves a message for delivery; returns at once. Any thread. */
  public void offer(Message message) {
    outbox.add(connected ? message : message.whileOffline());
    inbox.add(Publisher::nothing);
  }

  /** Whether there is a connection; a message made without one is late. Any thread. */
  public boolean isConnected() {
    return connected;
  }

  /** Something was put into the outbox by another way than {@link #offer}. Any thread. */
  public void wake() {
    inbox.add(Publisher::nothing);
  }

  /** Replaces the state told to others; only the newest counts. Returns at once. Any thread. */
  public void status(DeviceStatus newest) {
    Objects.requireNonNull(newest, "newest");
    inbox.add(
        () -> {
          status = newest;
          statusDue = true;
        });
  }

  /** Figures for health, on one level. Any thread. */
  public Map<String, Object> figures() {
    return Map.of(
        "broker_connected", connected,
        "broker_connections", connections.get(),
        "outbox_messages", outbox.size(),
        "outbox_bytes", outbox.bytes(),
        "dropped_messages", outbox.dropped());
  }

  /**
   * Delivers what waits if that is quick, says {@code stopped} and disconnects. Returns within the
   * patience given, whatever the network does; logs what stayed undelivered.
   */
  @Override
  public void close() {
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
    transport.close();
    if (outbox.size() > 0) {
      log.warn("stopped with {} messages undelivered", outbox.size());
    }
    outbox.close();
  }

  private void run() {
    try {
      while (!stopping) {
        try {
          if (connect()) {
            serve();
          }
        } catch (RuntimeException e) {
          log.error("unexpected failure while publishing, connecting anew", e);
          transport.close();
        }
        connected = false;
        outbox.releaseTaken();
        pause(backoff.next());
      }
    } catch (InterruptedException e) {
      log.warn("interrupted before the goodbye to the broker");
    } finally {
      connected = false;
    }
  }

  private boolean connect() {
    long mine = ++connection;
    try {
      transport.connect(
          messages.will(status),
          reason ->
              inbox.add(
                  () -> {
                    if (mine == connection) {
                      lost = true;
                      log.warn("the connection to the broker broke off: {}", reason);
                    }
                  }));
    } catch (ProblemException e) {
      // Said once for each outage; a night without a broker must not fill the log.
      if (failedAttempts++ == 0) {
        log.warn("{} ({}); trying again until it works", e.getMessage(), e.problem().code());
      } else {
        log.debug("attempt {} to connect failed: {}", failedAttempts, e.getMessage());
      }
      return false;
    }
    failedAttempts = 0;
    lost = false;
    inFlight = 0;
    statusDue = true;
    lastProgress = System.nanoTime();
    connections.incrementAndGet();
    connected = true;
    log.info("connected to the broker, {} messages wait", outbox.size());
    return true;
  }

  /** Sends until the connection is lost or everything is said. */
  private void serve() throws InterruptedException {
    long began = System.nanoTime();
    while (!lost && transport.isConnected()) {
      if (System.nanoTime() - began > backoff.longest().toNanos()) {
        backoff.reset();
      }
      if (stopping && (isIdle() || System.nanoTime() - stopBy >= 0)) {
        goodbye();
        return;
      }
      if (!sendNext()) {
        handleInboxFor(Duration.ofMillis(stopping ? 20 : 1000));
      }
      if (inFlight > 0 && System.nanoTime() - lastProgress > patience.silence().toNanos()) {
        log.warn("no acknowledgement for {}: the connection is taken for dead", patience.silence());
        break;
      }
    }
    transport.close();
  }

  private boolean isIdle() {
    return !statusDue && inFlight == 0 && outbox.size() == 0;
  }

  private boolean sendNext() {
    drainInbox();
    if (lost || inFlight >= WINDOW) {
      return false;
    }
    if (statusDue) {
      statusDue = false;
      send(messages.status(status), Publisher::nothing);
      return true;
    }
    Optional<Outbox.Entry> next = outbox.take();
    next.ifPresent(
        entry ->
            send(entry.message().packet(clock.instant()), () -> outbox.acknowledge(entry.id())));
    return next.isPresent();
  }

  private void send(Packet packet, Runnable acknowledged) {
    if (inFlight == 0) {
      lastProgress = System.nanoTime();
    }
    inFlight++;
    long mine = connection;
    var unused =
        transport
            .publish(packet)
            .whenComplete(
                (ok, failure) ->
                    inbox.add(
                        () -> {
                          if (failure == null) {
                            acknowledged.run();
                          }
                          if (mine == connection) {
                            settle(failure);
                          }
                        }));
  }

  private void settle(Throwable failure) {
    inFlight--;
    lastProgress = System.nanoTime();
    if (failure != null && !lost) {
      lost = true;
      log.warn("a packet could not be sent, connecting anew: {}", failure.toString());
    }
  }

  private void goodbye() throws InterruptedException {
    AtomicBoolean heard = new AtomicBoolean();
    send(
        messages.status(status.with(DeviceStatus.State.STOPPED, "The device was stopped.")),
        () -> heard.set(true));
    long by = System.nanoTime() + patience.goodbye().toNanos();
    while (!heard.get() && !lost && System.nanoTime() - by < 0) {
      handleInboxFor(Duration.ofMillis(20));
    }
    if (heard.get()) {
      transport.disconnect(patience.goodbye());
    } else {
      log.warn("the broker did not acknowledge the goodbye");
      transport.close();
    }
  }

  /** Waits the whole time out, unless it is to stop. */
  private void pause(Duration wait) throws InterruptedException {
    long until = System.nanoTime() + wait.toNanos();
    for (long left = wait.toNanos(); left > 0 && !stopping; left = until - System.nanoTime()) {
      handleInboxFor(Duration.ofNanos(left));
    }
  }

  /** Waits for work, at most so long, and does what there is. */
  private void handleInboxFor(Duration limit) throws InterruptedException {
    Runnable work = inbox.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
    if (work != null) {
      work.run();
      drainInbox();
    }
  }

  private void drainInbox() {
    for (Runnable work = inbox.poll(); work != null; work = inbox.poll()) {
      work.run();
    }
  }

  /** Work that only wakes the thread up. */
  private static void nothing() {}
}
