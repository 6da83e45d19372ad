package org.kronocyte.health;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads {@link ProcessMetrics} from the kernel's files. Any thread. */
public final class ProcessMetricsReader {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessMetricsReader.class);

  private final Path self;
  private final Path dataDir;
  private final LongSupplier monotonicNanos;
  private final long startedNanos;
  private final Supplier<OptionalDouble> cpuCelsius;

  /**
   * @param self {@code /proc/self}
   * @param dataDir folder whose free space matters
   * @param monotonicNanos {@code System::nanoTime}; uptime counts from this moment
   * @param cpuCelsius the board's thermometer; may give empty
   */
  public ProcessMetricsReader(
      Path self, Path dataDir, LongSupplier monotonicNanos, Supplier<OptionalDouble> cpuCelsius) {
    this.self = self;
    this.dataDir = dataDir;
    this.monotonicNanos = monotonicNanos;
    this.cpuCelsius = cpuCelsius;
    startedNanos = monotonicNanos.getAsLong();
  }

  /** Reads all values now; takes a few milliseconds. */
  public ProcessMetrics read() {
    List<String> status = status();
    OptionalLong threads = number(status, "Threads:");
    Runtime runtime = Runtime.getRuntime();
    return new ProcessMetrics(
        kibibytes(status, "VmRSS:"),
        kibibytes(status, "VmHWM:"),
        threads.isPresent() ? OptionalInt.of((int) threads.getAsLong()) : OptionalInt.empty(),
        openFiles(),
        runtime.totalMemory() - runtime.freeMemory(),
        runtime.maxMemory(),
        Duration.ofNanos(monotonicNanos.getAsLong() - startedNanos),
        freeDisk(),
        cpuCelsius.get());
  }

  private List<String> status() {
    try {
      // The process name may have any bytes; Latin-1 takes them all.
      return Files.readAllLines(self.resolve("status"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      LOG.debug("no memory figures: {}", e.toString());
      return List.of();
    }
  }

  /** A line is {@code VmRSS: 123456 kB}; the kernel's kB are 1024 bytes. */
  private static OptionalLong kibibytes(List<String> status, String label) {
    OptionalLong value = number(status, label);
    return value.isPresent() ? OptionalLong.of(value.getAsLong() * 1024) : value;
  }

  private static OptionalLong number(List<String> status, String label) {
    for (String line : status) {
      if (line.startsWith(label)) {
        String value = line.substring(label.length()).replace("kB", "").strip();
        return value.matches("[0-9]{1,15}")
            ? OptionalLong.of(Long.parseLong(value))
            : OptionalLong.empty();
      }
    }
    return OptionalLong.empty();
  }

  private OptionalInt openFiles() {
    try (Stream<Path> files = Files.list(self.resolve("fd"))) {
      return OptionalInt.of((int) files.count());
    } catch (IOException e) {
      LOG.debug("no count of open files: {}", e.toString());
      return OptionalInt.empty();
    }
  }

  private OptionalLong freeDisk() {
    try {
      return OptionalLong.of(Files.getFileStore(dataDir).getUsableSpace());
    } catch (IOException e) {
      LOG.debug("free space unknown: {}", e.toString());
      return OptionalLong.empty();
    }
  }
}
