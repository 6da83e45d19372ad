package org.kronocyte.config;

import java.nio.file.Path;
import java.util.Optional;
import org.kronocyte.config.yaml.Values;
import org.kronocyte.config.yaml.YamlSection;

/**
 * Where the classifier's site calibration comes from.
 *
 * @param file absolute path of what {@code kronocyte calibrate} wrote; only with {@link Mode#FILE}
 */
public record SiteSetting(Mode mode, Optional<Path> file) {
  /** The three possibilities. */
  public enum Mode {
    /** Learnt by the device between slides, kept in its data folder. */
    AUTO,
    /** One file, never changed by the device. */
    FILE,
    /** None: cells are read with the model as it came. */
    NONE
  }

  public static final SiteSetting AUTO = new SiteSetting(Mode.AUTO, Optional.empty());
  public static final SiteSetting NONE = new SiteSetting(Mode.NONE, Optional.empty());

  static SiteSetting read(YamlSection in) {
    return in.value("site", "auto, none or an absolute path", "auto", SiteSetting::parse)
        .orElse(AUTO);
  }

  private static Optional<SiteSetting> parse(String text) {
    return switch (text) {
      case "auto" -> Optional.of(AUTO);
      case "none" -> Optional.of(NONE);
      default ->
          Values.absolutePath(text).map(file -> new SiteSetting(Mode.FILE, Optional.of(file)));
    };
  }
}
