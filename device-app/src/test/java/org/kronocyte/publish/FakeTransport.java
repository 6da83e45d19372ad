package org.kronocyte.publish;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.kronocyte.problem.ProblemException;

/** A broker by script: refuses so many connections, and acknowledges when told to. */
final class FakeTransport implements Transport {
  record Sent(int connection, Packet packet, CompletableFuture<Void> acknowledgement) {}

  private final List<Sent> sent = new ArrayList<>();
  private int refusals;
  private boolean answers = true;
  private boolean hang;
  private int attempts;
  private int connections;
  private boolean connected;
  private boolean saidGoodbye;
  private Listener listener;
  private boolean passesOn = true;
  private Predicate<Packet> refused = packet -> false;
  private Predicate<Packet> fatal = packet -> false;
  private Packet will;
  private int window = Integer.MAX_VALUE;

  synchronized FakeTransport refuse(int times) {
    refusals = times;
    return this;
  }

  synchronized FakeTransport answer(boolean yes) {
    answers = yes;
    return this;
  }

  /** Acknowledges, and throws away. */
  synchronized FakeTransport passOn(boolean yes) {
    passesOn = yes;
    return this;
  }

  synchronized FakeTransport refuse(Predicate<Packet> which) {
    refused = which;
    return this;
  }

  /** Drops the connection at such a packet. */
  synchronized FakeTransport dropConnectionAt(Predicate<Packet> which) {
    fatal = which;
    return this;
  }

  /** Takes no more than so many packets unacknowledged. */
  synchronized FakeTransport limit(int most) {
    window = most;
    return this;
  }

  /** Something arrives from the broker. */
  synchronized void deliver(Incoming message) {
    listener.received(message);
  }

  synchronized FakeTransport hangWhenConnecting() {
    hang = true;
    return this;
  }

  synchronized void breakOff() {
    connected = false;
    listener.connectionLost("script");
  }

  synchronized List<Sent> sent() {
    return List.copyOf(sent);
  }

  synchronized List<String> topics(int connection) {
    return sent.stream()
        .filter(s -> s.connection() == connection)
        .map(s -> s.packet().topic().substring("kronocyte/v1/clinic-1/scope-2/".length()))
        .toList();
  }

  synchronized int attempts() {
    return attempts;
  }

  synchronized int connections() {
    return connections;
  }

  synchronized boolean saidGoodbye() {
    return saidGoodbye;
  }

  synchronized Packet will() {
    return will;
  }

  @Override
  public synchronized void connect(Packet newWill, Listener newListener) throws ProblemException {
    attempts++;
    while (hang) {
      try {
        wait();
      } catch (InterruptedException e) {
        throw new ProblemException("broker_unreachable", "interrupted", "wait", e);
      }
    }
    if (refusals-- > 0) {
      throw new ProblemException("broker_unreachable", "by script", "wait");
    }
    will = newWill;
    listener = newListener;
    connected = true;
    connections++;
  }

  @Override
  public synchronized boolean isConnected() {
    return connected;
  }

  @Override
  public synchronized int window() {
    return window;
  }

  private boolean overfull() {
    return sent.stream()
            .filter(s -> s.connection() == connections && !s.acknowledgement().isDone())
            .count()
        > window;
  }

  @Override
  public CompletableFuture<Void> subscribe(String filter, boolean asSent) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public synchronized CompletableFuture<Void> publish(Packet packet) {
    CompletableFuture<Void> acknowledgement = new CompletableFuture<>();
    sent.add(new Sent(connections, packet, acknowledgement));
    if (overfull()) {
      acknowledgement.completeExceptionally(new IOException("too many in flight"));
    } else if (fatal.test(packet)) {
      breakOff();
    } else if (refused.test(packet)) {
      acknowledgement.completeExceptionally(new RefusedException("by script"));
    } else if (answers) {
      acknowledgement.complete(null);
    }
    if (passesOn && packet.topic().endsWith("/status")) {
      listener.received(
          new Incoming(packet.topic(), packet.bytes(), false, Optional.empty(), new byte[0]));
    }
    return acknowledgement;
  }

  @Override
  public synchronized void disconnect(Duration limit) {
    saidGoodbye = connected;
    connected = false;
  }

  @Override
  public synchronized void close() {
    connected = false;
  }
}
