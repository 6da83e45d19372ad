package org.kronocyte.publish;

import java.nio.charset.StandardCharsets;

/**
 * What a {@link Transport} sends. Everything goes at QoS 1: the broker acknowledges it, and a
 * receiver may see it twice.
 *
 * @param topic full MQTT topic
 * @param payload JSON, sent as UTF-8
 * @param retained the broker keeps it for later subscribers
 */
public record Packet(String topic, String payload, boolean retained) {
  /** The MQTT quality of service of every packet. */
  public static final int QOS = 1;

  byte[] bytes() {
    return payload.getBytes(StandardCharsets.UTF_8);
  }
}
