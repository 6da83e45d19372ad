package org.kronocyte.publish;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What a {@link Transport} sends. Everything goes at QoS 1: the broker acknowledges it, and a
 * receiver may see it twice.
 *
 * @param topic full MQTT topic
 * @param payload JSON, sent as UTF-8; everything essential is in here
 * @param retained the broker keeps it for later subscribers
 * @param expiry with MQTT 5 the broker forgets it when it is that old; counted by the broker, so
 *     that a wrong clock on the device can't expire anything
 * @param correlation with MQTT 5 the correlation data of the request this answers; else empty
 */
public record Packet(
    String topic, String payload, boolean retained, Optional<Duration> expiry, byte[] correlation) {
  /** The MQTT quality of service of every packet. */
  public static final int QOS = 1;

  /** What the payload is, said to a broker that speaks MQTT 5. */
  public static final String CONTENT_TYPE = "application/json";

  /** Fixed header, topic length, packet identifier and MQTT 5 properties, at most. */
  static final int HEADER_BYTES = 64;

  public Packet {
    Objects.requireNonNull(topic, "topic");
    Objects.requireNonNull(payload, "payload");
    Objects.requireNonNull(expiry, "expiry");
    Objects.requireNonNull(correlation, "correlation");
  }

  /** One that never expires and answers nobody. */
  public Packet(String topic, String payload, boolean retained) {
    this(topic, payload, retained, Optional.empty(), new byte[0]);
  }

  /** The payload as it is sent. */
  public byte[] bytes() {
    return payload.getBytes(StandardCharsets.UTF_8);
  }

  /** Size on the wire without TLS, rounded up by at most {@link #HEADER_BYTES}. */
  int wireBytes() {
    return HEADER_BYTES
        + topic.getBytes(StandardCharsets.UTF_8).length
        + bytes().length
        + correlation.length;
  }
}
