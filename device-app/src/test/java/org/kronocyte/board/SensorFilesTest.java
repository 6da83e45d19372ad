package org.kronocyte.board;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kronocyte.problem.ProblemException;

class SensorFilesTest {
  @TempDir Path root;

  private SensorFiles sensors() throws ProblemException {
    return new SensorFiles(BoardProfiles.load("raspberry-pi-5"), root);
  }

  private void file(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void temperatureOfTheZoneOfThatType() throws Exception {
    file("sys/class/thermal/thermal_zone0/type", "nvme\n");
    file("sys/class/thermal/thermal_zone0/temp", "30000\n");
    file("sys/class/thermal/thermal_zone1/type", "cpu-thermal\n");
    file("sys/class/thermal/thermal_zone1/temp", "51650\n");
    assertEquals(OptionalDouble.of(51.65), sensors().temperatureCelsius());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "hot", "99999999999", "4 5"})
  void nonsenseIsNoTemperature(String text) throws Exception {
    file("sys/class/thermal/thermal_zone0/type", "cpu-thermal\n");
    file("sys/class/thermal/thermal_zone0/temp", text);
    assertTrue(sensors().temperatureCelsius().isEmpty());
  }

  @Test
  void throttlingWord() throws Exception {
    file("sys/devices/platform/soc/soc:firmware/get_throttled", "50005\n");
    Throttling throttling = sensors().throttling().orElseThrow();
    assertTrue(throttling.underVoltageNow());
    assertTrue(throttling.slowedNow());
    assertTrue(throttling.underVoltageSinceBoot());
    file("sys/devices/platform/soc/soc:firmware/get_throttled", "0x10000");
    throttling = sensors().throttling().orElseThrow();
    assertFalse(throttling.underVoltageNow());
    assertFalse(throttling.slowedNow());
    assertTrue(throttling.underVoltageSinceBoot());
  }

  @Test
  void firstThrottlingFileWins() throws Exception {
    file("sys/devices/platform/soc/soc:firmware/get_throttled", "1\n");
    file("sys/devices/platform/soc@107c000000/soc@107c000000:firmware/get_throttled", "0\n");
    assertEquals(0, sensors().throttling().orElseThrow().word());
  }

  @Test
  void nothingIsNothing() throws Exception {
    assertTrue(sensors().temperatureCelsius().isEmpty());
    assertTrue(sensors().throttling().isEmpty());
  }
}
