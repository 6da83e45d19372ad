package org.kronocyte.app;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.kronocyte.publish.Incoming;
import org.kronocyte.publish.Packet;
import org.kronocyte.publish.Transport;

/** A broker that takes everything and remembers it. */
final class RecordingTransport implements Transport {
  private final List<Packet> packets = new ArrayList<>();
  private boolean connected;
  private Listener listener;

  /** What was sent below a topic level such as {@code /status}, oldest first. */
  synchronized List<String> payloads(String level) {
    return packets.stream().filter(p -> p.topic().contains(level)).map(Packet::payload).toList();
  }

  @Override
  public synchronized void connect(Packet will, Listener newListener) {
    listener = newListener;
    connected = true;
  }

  @Override
  public synchronized boolean isConnected() {
    return connected;
  }

  @Override
  public CompletableFuture<Void> subscribe(String filter, boolean asSent) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public synchronized CompletableFuture<Void> publish(Packet packet) {
    packets.add(packet);
    listener.received(
        new Incoming(packet.topic(), packet.bytes(), false, Optional.empty(), new byte[0]));
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public synchronized void disconnect(Duration limit) {
    connected = false;
  }

  @Override
  public synchronized void close() {
    connected = false;
  }
}
