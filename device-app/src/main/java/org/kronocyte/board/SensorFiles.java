package org.kronocyte.board;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the kernel's files that a profile names. A value that can't be read is missing. */
final class SensorFiles {
  private static final Logger LOG = LoggerFactory.getLogger(SensorFiles.class);
  private static final int LONGEST = 64;

  private final BoardProfile profile;
  private final Path root;

  SensorFiles(BoardProfile profile, Path root) {
    this.profile = profile;
    this.root = root;
  }

  OptionalDouble temperatureCelsius() {
    Optional<String> text =
        profile.temperatureZone().flatMap(this::zone).flatMap(z -> read(z.resolve("temp")));
    if (text.isEmpty() || !text.get().matches("-?[0-9]{1,7}")) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(Integer.parseInt(text.get()) / 1000.0);
  }

  Optional<Throttling> throttling() {
    for (Path file : profile.throttledFiles()) {
      Optional<String> text = read(root.resolve(file.toString().substring(1)));
      if (text.isPresent() && text.get().matches("(0x)?[0-9a-fA-F]{1,8}")) {
        String digits = text.get().startsWith("0x") ? text.get().substring(2) : text.get();
        return Optional.of(new Throttling(Integer.parseUnsignedInt(digits, 16)));
      }
    }
    return Optional.empty();
  }

  private Optional<Path> zone(String type) {
    Path zones = root.resolve("sys/class/thermal");
    try (DirectoryStream<Path> all = Files.newDirectoryStream(zones, "thermal_zone*")) {
      for (Path zone : all) {
        if (read(zone.resolve("type")).filter(type::equals).isPresent()) {
          return Optional.of(zone);
        }
      }
    } catch (IOException e) {
      LOG.debug("no thermal zones: {}", e.toString());
    }
    return Optional.empty();
  }

  private static Optional<String> read(Path file) {
    try (var in = Files.newInputStream(file)) {
      return Optional.of(new String(in.readNBytes(LONGEST), StandardCharsets.US_ASCII).strip());
    } catch (IOException e) {
      LOG.debug("sensor file missing: {}", e.toString());
      return Optional.empty();
    }
  }
}
