package org.kronocyte.publish;

import java.util.ArrayList;
import java.util.List;

/** Remembers what a transport says. */
public final class RecordingListener implements Transport.Listener {
  private final List<Incoming> messages = new ArrayList<>();
  private final List<String> losses = new ArrayList<>();

  @Override
  public synchronized void connectionLost(String reason) {
    losses.add(reason);
  }

  @Override
  public synchronized void received(Incoming message) {
    messages.add(message);
  }

  public synchronized List<Incoming> messages() {
    return List.copyOf(messages);
  }

  public synchronized List<String> losses() {
    return List.copyOf(losses);
  }
}
