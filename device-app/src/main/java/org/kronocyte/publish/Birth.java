package org.kronocyte.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Whether the broker really takes what this device says. A 3.1.1 broker acknowledges what its
 * access rules make it throw away, so the device listens to its own status: results wait until the
 * first one, the birth, has come back. One connection; the publisher's thread.
 */
final class Birth {
  /** Larger is no status of ours. */
  private static final int MAX_STATUS_BYTES = 64 * 1024;

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** What a status heard on the device's own topic means. */
  enum Heard {
    /** It says what was just said. */
    ECHO,
    /** A will that was published late: others now take this device for lost. */
    LATE_WILL,
    /** Somebody else speaks in this device's name. */
    STRANGER,
    NOTHING
  }

  private final UUID bootId;
  private boolean confirmed;

  Birth(UUID bootId) {
    this.bootId = bootId;
  }

  boolean confirmed() {
    return confirmed;
  }

  void confirm() {
    confirmed = true;
  }

  Heard hear(Incoming status) {
    if (status.retained() || status.payload().length > MAX_STATUS_BYTES) {
      return Heard.NOTHING;
    }
    JsonNode json;
    try {
      json = MAPPER.readTree(new String(status.payload(), StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      return Heard.STRANGER;
    }
    boolean lost = DeviceStatus.State.LOST.code().equals(json.path("state").asText());
    boolean mine = bootId.toString().equals(json.path("boot_id").asText());
    if (mine && !lost) {
      confirmed = true;
      return Heard.ECHO;
    }
    if (!confirmed) {
      return Heard.NOTHING; // From before this connection: a queued will, for instance.
    }
    return lost ? Heard.LATE_WILL : Heard.STRANGER;
  }
}
