package org.kronocyte.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ProcessMetricsReaderTest {
  @TempDir Path dir;
  private long nowNanos;

  private ProcessMetrics read(Path self, Path data) {
    ProcessMetricsReader reader =
        new ProcessMetricsReader(self, data, () -> nowNanos, () -> OptionalDouble.of(48.5));
    nowNanos += Duration.ofSeconds(90).toNanos();
    return reader.read();
  }

  @Test
  void readsTheKernelsFiles() throws IOException {
    Files.writeString(
        dir.resolve("status"),
        "Name:\tjava\nVmPeak:\t 9000 kB\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\nThreads:\t37\n");
    Path fd = Files.createDirectory(dir.resolve("fd"));
    for (int i = 0; i < 5; i++) {
      Files.createFile(fd.resolve(String.valueOf(i)));
    }
    ProcessMetrics metrics = read(dir, dir);
    assertEquals(OptionalLong.of(1 << 20), metrics.residentBytes());
    assertEquals(OptionalLong.of(2 << 20), metrics.peakResidentBytes());
    assertEquals(OptionalInt.of(37), metrics.threads());
    assertEquals(OptionalInt.of(5), metrics.openFiles());
    assertEquals(Duration.ofSeconds(90), metrics.uptime());
    assertEquals(OptionalDouble.of(48.5), metrics.cpuCelsius());
    assertTrue(metrics.freeDiskBytes().getAsLong() > 0);
  }

  @Test
  void whatIsNotThereIsEmpty() {
    ProcessMetrics metrics = read(dir.resolve("none"), dir.resolve("none"));
    assertTrue(metrics.residentBytes().isEmpty());
    assertTrue(metrics.peakResidentBytes().isEmpty());
    assertTrue(metrics.threads().isEmpty());
    assertTrue(metrics.openFiles().isEmpty());
    assertTrue(metrics.freeDiskBytes().isEmpty());
  }

  @Test
  void nonsenseIsEmpty() throws IOException {
    Files.writeString(dir.resolve("status"), "VmRSS:\t lots kB\nThreads:\t-1\n");
    ProcessMetrics metrics = read(dir, dir);
    assertTrue(metrics.residentBytes().isEmpty());
    assertTrue(metrics.threads().isEmpty());
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void ownProcessIsPlausible() {
    ProcessMetrics metrics = read(Path.of("/proc/self"), dir);
    long resident = metrics.residentBytes().orElseThrow();
    assertTrue(resident > 20L << 20 && resident < 64L << 30, "resident " + resident);
    assertTrue(metrics.peakResidentBytes().orElseThrow() >= resident);
    assertTrue(metrics.threads().orElseThrow() > 3);
    assertTrue(metrics.openFiles().orElseThrow() > 2);
    assertTrue(metrics.heapUsedBytes() <= metrics.heapMaxBytes());
  }
}
