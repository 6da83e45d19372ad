package org.kronocyte.publish;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the device says of itself.
 *
 * @param versions of the software by name: {@code kronocyte}, {@code java}, {@code onnxruntime},
 *     {@code opencv}, {@code segmenter}, {@code classifier}, …
 * @param models SHA-256 in lower-case hex of each model file by the model's name
 * @param simulated whether its images come from the virtual microscope
 * @param reasons why it is not ready, as sentences; may be empty
 */
public record DeviceStatus(
    State state,
    Map<String, String> versions,
    Map<String, String> models,
    boolean simulated,
    List<String> reasons) {
  /** What may be expected of the device. */
  public enum State {
    /** Can take a slide. */
    READY,
    /** Works, but not as it should; {@code reasons} says why. */
    DEGRADED,
    /** Reading a slide. */
    BUSY,
    /** Works, and closed the link on purpose until its next window of time. */
    SLEEPING,
    /** Was stopped on purpose. */
    STOPPED,
    /** Vanished; only the broker says this, by the will the device left. */
    LOST;

    /** The word used in JSON. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public DeviceStatus {
    versions = Map.copyOf(versions);
    models = Map.copyOf(models);
    reasons = List.copyOf(reasons);
  }

  DeviceStatus with(State other, String reason) {
    return new DeviceStatus(other, versions, models, simulated, List.of(reason));
  }
}
