package org.kronocyte.publish;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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
  private LossListener listener;
  private Packet will;

  synchronized FakeTransport refuse(int times) {
    refusals = times;
    return this;
  }

  synchronized FakeTransport answer(boolean yes) {
    answers = yes;
    return this;
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
  public synchronized void connect(Packet newWill, LossListener newListener)
      throws ProblemException {
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
  public synchronized CompletableFuture<Void> publish(Packet packet) {
    CompletableFuture<Void> acknowledgement = new CompletableFuture<>();
    sent.add(new Sent(connections, packet, acknowledgement));
    if (answers) {
      acknowledgement.complete(null);
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
