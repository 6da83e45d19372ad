package org.kronocyte.publish;

import java.util.Optional;
import java.util.ServiceLoader;
import org.kronocyte.problem.ProblemException;

/**
 * A broker inside this process for demonstrations, on loopback only and without logins. Provided by
 * the {@code deploy} module; the daemon for a clinic has none.
 */
public interface EmbeddedBroker extends AutoCloseable {
  /**
   * The TCP ports in use.
   *
   * @param mqtt for MQTT
   * @param webSocket for MQTT over WebSocket at the path {@code /mqtt}
   */
  record Ports(int mqtt, int webSocket) {}

  /** The implementation on the class path, not started. */
  static Optional<EmbeddedBroker> find() {
    return ServiceLoader.load(EmbeddedBroker.class).findFirst();
  }

  /**
   * Listens on 127.0.0.1; called once.
   *
   * @param mqttPort 0 for a free one
   * @param webSocketPort 0 for a free one
   * @throws ProblemException {@code port_taken}
   */
  Ports start(int mqttPort, int webSocketPort) throws ProblemException;

  @Override
  void close();
}
