package org.kronocyte.board;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kronocyte.config.BoardDefaults;
import org.kronocyte.config.CameraConfig;
import org.kronocyte.config.DeviceConfig;
import org.kronocyte.problem.Problem;
import org.kronocyte.problem.ProblemException;

class BoardProfilesTest {
  private static final Path SOURCES =
      Path.of("../firmware-config/src/main/resources/org/kronocyte/firmware/boards");

  @TempDir Path dir;

  @Test
  void everyKeyOfTheRaspberryPi() throws ProblemException {
    String firmware = "/sys/devices/platform/";
    assertEquals(
        new BoardProfile(
            "raspberry-pi-5",
            "Raspberry Pi 5",
            Optional.of("aarch64"),
            List.of("raspberrypi,5-model-b", "raspberrypi,5-compute-module"),
            Optional.of(
                new BoardProfile.Gpio(
                    "pinctrl-rp1",
                    new BoardProfile.Button(
                        17,
                        11,
                        true,
                        BoardProfile.Pull.UP,
                        Duration.ofMillis(30),
                        Duration.ofMillis(1500)),
                    new BoardProfile.Lamp(27, 13, false))),
            new BoardDefaults(Path.of("/dev/video0"), 1280, 960, 5, 2),
            Optional.of("cpu-thermal"),
            List.of(
                Path.of(firmware + "soc@107c000000/soc@107c000000:firmware/get_throttled"),
                Path.of(firmware + "soc/soc:firmware/get_throttled")),
            Optional.of(
                "5.1 V at 5 A. With a weaker supply USB gets 600 mA altogether, too little for"
                    + " many cameras.")),
        BoardProfiles.load("raspberry-pi-5"));
  }

  @Test
  void shippedListIsTheFolder() throws IOException, ProblemException {
    try (Stream<Path> files = Files.list(SOURCES)) {
      assertEquals(
          BoardProfiles.SHIPPED,
          files.map(f -> f.getFileName().toString().replace(".yaml", "")).sorted().toList());
    }
    for (String name : BoardProfiles.SHIPPED) {
      assertEquals(name, BoardProfiles.load(name).name());
    }
  }

  @Test
  void ownProfileByPath() throws IOException, ProblemException {
    Path own = dir.resolve("own.yaml");
    Files.copy(SOURCES.resolve("generic-x86.yaml"), own);
    assertEquals(BoardProfiles.load("generic-x86"), BoardProfiles.load(own.toString()));
  }

  @Test
  void configurationTakesTheProfilesDefaults() throws IOException, ProblemException {
    Path file =
        Files.writeString(
            dir.resolve("k.yaml"),
            "device: {site: a, name: b}\nslide: {specimen: blood}\nboard: {profile: raspberry-pi-5}\n");
    DeviceConfig config = DeviceConfig.read(file, name -> BoardProfiles.load(name).defaults());
    assertEquals(2, config.threads().inference());
    assertEquals(new CameraConfig.V4l2(Path.of("/dev/video0"), 1280, 960, 5), config.camera());
  }

  @Test
  void unknownNameSuggests() {
    Problem problem =
        assertThrows(ProblemException.class, () -> BoardProfiles.load("raspbery-pi5")).problem();
    assertEquals("board_profile_unknown", problem.code());
    assertTrue(problem.message().endsWith("did you mean 'raspberry-pi-5'?"), problem.message());
  }

  @ParameterizedTest
  @CsvSource({
    "'bcm: 17', 'bcm: 40', 'gpio.start_stop_button.bcm'",
    "'pull: up', 'pull: sideways', 'expected one of up, down, off'",
    "'pull: up', '', 'gpio.start_stop_button.pull'",
    "'debounce_ms', 'debounce', 'did you mean ''debounce_ms'''",
    "'accelerator: none', 'accelerator: npu', 'expected ''none'''",
    "'architecture: aarch64', 'architecture: mips', 'aarch64 or amd64'",
    "'board-profile/1', 'board-profile/9', 'board-profile/1'",
    "'fps: 5', 'fps: 0', 'camera.fps'",
    "'pinctrl-rp1', 'pinctrl-rp1-of-the-fifth-raspberry-pi', 'gpio.chip_label'",
    "'cpu-thermal', 'cpu,thermal', 'sensors.temperature_zone'",
    "'- /sys/devices/platform/soc/soc', '- sys/soc', 'absolute paths'",
    "'name: raspberry-pi-5', 'name: Pi', '''name'' at line'",
  })
  void mistakesAreNamed(String part, String replacement, String said) throws IOException {
    String text = Files.readString(SOURCES.resolve("raspberry-pi-5.yaml"));
    assertTrue(text.contains(part), part);
    Path own = Files.writeString(dir.resolve("own.yaml"), text.replace(part, replacement));
    Problem problem =
        assertThrows(ProblemException.class, () -> BoardProfiles.load(own.toString())).problem();
    assertTrue(problem.sentence().contains(said), problem.sentence());
  }

  @Test
  void emptyProfileListsWhatIsMissing() throws IOException {
    Path own = Files.writeString(dir.resolve("own.yaml"), "");
    Problem problem =
        assertThrows(ProblemException.class, () -> BoardProfiles.load(own.toString())).problem();
    for (String key : new String[] {"schema", "name", "match.architecture", "camera.fps"}) {
      assertTrue(problem.message().contains("'" + key + "' is missing"), problem.message());
    }
  }

  @Test
  void machineIsReadFromTheDeviceTreeAndMatched() throws IOException, ProblemException {
    Path tree = Files.createDirectories(dir.resolve("proc/device-tree"));
    Files.writeString(tree.resolve("compatible"), "raspberrypi,5-model-b\0brcm,bcm2712\0");
    Machine pi = Machine.at(dir, "aarch64");
    assertEquals(List.of("raspberrypi,5-model-b", "brcm,bcm2712"), pi.compatible());
    assertEquals("raspberry-pi-5", BoardProfiles.matching(pi).orElseThrow().name());
    Machine pc = Machine.at(dir.resolve("none"), "amd64");
    assertEquals("generic-x86", BoardProfiles.matching(pc).orElseThrow().name());
    Machine other = new Machine(dir, "aarch64", List.of("radxa,rock-5b"));
    assertTrue(BoardProfiles.matching(other).isEmpty());
  }
}
