package org.kronocyte.publish;

import java.util.Objects;
import java.util.Optional;

/**
 * A message the broker delivered.
 *
 * @param topic full MQTT topic
 * @param payload untrusted bytes of any length up to the transport's bound
 * @param retained kept by the broker from before this subscription: nobody says it now
 * @param responseTopic where the sender wants an answer (MQTT 5)
 * @param correlation what the answer must carry (MQTT 5); may be empty
 */
public record Incoming(
    String topic,
    byte[] payload,
    boolean retained,
    Optional<String> responseTopic,
    byte[] correlation) {
  public Incoming {
    Objects.requireNonNull(topic, "topic");
    Objects.requireNonNull(payload, "payload");
    Objects.requireNonNull(responseTopic, "responseTopic");
    Objects.requireNonNull(correlation, "correlation");
  }
}
