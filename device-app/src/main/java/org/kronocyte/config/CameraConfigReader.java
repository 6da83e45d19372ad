package org.kronocyte.config;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.kronocyte.config.CameraConfig.Kind;
import org.kronocyte.config.yaml.Values;
import org.kronocyte.config.yaml.YamlSection;

/** Reads the section {@code camera} and says which keys don't fit the kind. */
final class CameraConfigReader {
  private static final Map<Kind, Set<String>> KEYS =
      Map.of(
          Kind.V4L2, Set.of("device", "width", "height", "fps"),
          Kind.FOLDER, Set.of("path"),
          Kind.MJPEG, Set.of("path"),
          Kind.VIRTUAL, Set.of("width", "height", "fields_per_second"));

  private CameraConfigReader() {}

  static CameraConfig read(YamlSection in, BoardDefaults defaults) {
    boolean kindWritten = in.has("kind");
    Optional<Kind> written = Values.choice(in, "kind", Kind.class);
    Kind kind = written.orElse(CameraConfig.DEFAULT_KIND);
    if (written.isPresent() || !kindWritten) {
      reportMisfits(in, kind);
    } else {
      allKeys().forEach(in::has); // With a wrong kind nobody can tell which keys fit.
    }
    CameraConfig camera =
        switch (kind) {
          case V4L2 ->
              new CameraConfig.V4l2(
                  Values.path(in, "device", "/dev/video0").orElse(defaults.videoDevice()),
                  side(in, "width", defaults.widthPx()),
                  side(in, "height", defaults.heightPx()),
                  Values.integer(in, "fps", 1, CameraConfig.MAX_FPS, defaults.fps())
                      .orElse(defaults.fps()));
          case FOLDER -> new CameraConfig.Folder(path(in, "/var/lib/kronocyte/fields"));
          case MJPEG -> new CameraConfig.Mjpeg(path(in, "/var/lib/kronocyte/slide.mjpeg"));
          case VIRTUAL -> readVirtual(in);
        };
    in.finish();
    return camera;
  }

  private static CameraConfig readVirtual(YamlSection in) {
    return new CameraConfig.Virtual(
        side(in, "width", CameraConfig.Virtual.DEFAULT_WIDTH_PX),
        side(in, "height", CameraConfig.Virtual.DEFAULT_HEIGHT_PX),
        Values.decimal(
                in,
                "fields_per_second",
                CameraConfig.Virtual.MIN_FIELDS_PER_SECOND,
                CameraConfig.Virtual.MAX_FIELDS_PER_SECOND,
                CameraConfig.Virtual.DEFAULT_FIELDS_PER_SECOND)
            .orElse(CameraConfig.Virtual.DEFAULT_FIELDS_PER_SECOND));
  }

  private static int side(YamlSection in, String key, int defaultPx) {
    return Values.integer(in, key, CameraConfig.MIN_SIDE_PX, CameraConfig.MAX_SIDE_PX, defaultPx)
        .orElse(defaultPx);
  }

  private static Path path(YamlSection in, String example) {
    in.require("path", "where the images are", example);
    // An absent value is a noted problem, so the empty path never leaves this package.
    return Values.path(in, "path", example).orElse(Path.of(""));
  }

  private static void reportMisfits(YamlSection in, Kind kind) {
    for (String key : allKeys()) {
      if (in.has(key) && !KEYS.get(kind).contains(key)) {
        in.problems()
            .add(
                "config_wrong_kind",
                "'"
                    + in.full(key)
                    + "' at line "
                    + in.line(key)
                    + " doesn't fit the camera kind "
                    + word(kind),
                "remove it, or set 'kind' to " + kindsWith(key));
      }
    }
  }

  private static Set<String> allKeys() {
    Set<String> keys = new TreeSet<>();
    KEYS.values().forEach(keys::addAll);
    return keys;
  }

  private static String kindsWith(String key) {
    Set<String> kinds = new TreeSet<>();
    KEYS.forEach(
        (kind, keys) -> {
          if (keys.contains(key)) {
            kinds.add(word(kind));
          }
        });
    return String.join(" or ", kinds);
  }

  private static String word(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
