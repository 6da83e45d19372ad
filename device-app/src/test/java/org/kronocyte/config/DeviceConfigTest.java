package org.kronocyte.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.LocalTime;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.problem.ProblemException;

class DeviceConfigTest {
  private static final String REQUIRED =
      "device: {site: clinic-1, name: scope-1}\nslide: {specimen: marrow}\n";
  private static final BoardDefaults FAST_BOARD =
      new BoardDefaults(Path.of("/dev/video2"), 1920, 1080, 5, 3);

  @TempDir Path dir;
  private ConfigFile file;

  @BeforeEach
  void here() {
    file = new ConfigFile(dir);
  }

  @Test
  void everyDefault() throws ProblemException {
    DeviceConfig expected =
        new DeviceConfig(
            new DeviceIdentity("clinic-1", "scope-1"),
            new CameraConfig.V4l2(Path.of("/dev/video0"), 1280, 960, 10),
            new OpticsConfig(OptionalDouble.empty()),
            new SlideConfig(SpecimenKind.MARROW, 500, Optional.empty()),
            new QualityConfig(OptionalDouble.empty(), 0.5, 64),
            new ModelsConfig(
                Optional.empty(),
                EngineKind.AUTO,
                ModelsConfig.SegmenterChoice.NETWORK,
                false,
                SiteSetting.AUTO),
            Optional.empty(),
            new HealthConfig(Duration.ofSeconds(60)),
            new BoardConfig(Optional.empty()),
            new ThreadsConfig(1, Optional.empty()),
            new DataConfig(Path.of("/var/lib/kronocyte"), Duration.ofDays(180), true, 256));
    assertEquals(expected, file.read(REQUIRED));
  }

  @Test
  void defaultsOfTheKinds() throws ProblemException {
    String virtual = REQUIRED + "camera: {kind: virtual}\n";
    assertEquals(new CameraConfig.Virtual(1280, 960, 1.0), file.read(virtual).camera());
    String blood = REQUIRED.replace("marrow", "blood");
    assertEquals(200, file.read(blood).slide().plannedCells());
  }

  @Test
  void everyKey() throws Exception {
    Path password = secret("password", "rw-------");
    Path key = secret("key", "r--------");
    String text =
        """
        device: {site: north, name: s2}
        camera: {kind: v4l2, device: /dev/video7, width: 640, height: 480, fps: 3}
        optics: {um_per_px: 0.11}
        slide: {specimen: blood, planned_cells: 100, id: run-9}
        quality: {min_focus: 7.5, max_saturated_share: 0.2, repeat_window: 10}
        models: {dir: /srv/models, engine: tflite, segmenter: classical, second_opinion: true, site: /srv/site.json}
        mqtt:
          uri: ssl://broker.lan:9000
          username_file: /etc/u
          password_file: %s
          ca_file: /etc/ca.pem
          cert_file: /etc/cert.pem
          key_file: %s
          protocol: 3.1.1
          reconnect_max: 30s
          bytes_per_second: 20000
          bytes_per_day: 4000000
          windows: ['06:00-07:30', '22:00-02:00']
          drain_order: newest_first
          urgent: none
          crops: uncertain
          commands: [report]
          home_assistant: true
          thingsboard: true
        health: {interval: 5s}
        board: {profile: raspberry-pi-5}
        threads: {inference: 8, overlap: false}
        data: {dir: /srv/data, keep: 30d, secure_delete: false, outbox_max_mb: 64}
        """
            .formatted(password, key);
    DeviceConfig expected =
        new DeviceConfig(
            new DeviceIdentity("north", "s2"),
            new CameraConfig.V4l2(Path.of("/dev/video7"), 640, 480, 3),
            new OpticsConfig(OptionalDouble.of(0.11)),
            new SlideConfig(SpecimenKind.BLOOD, 100, Optional.of("run-9")),
            new QualityConfig(OptionalDouble.of(7.5), 0.2, 10),
            new ModelsConfig(
                Optional.of(Path.of("/srv/models")),
                EngineKind.TFLITE,
                ModelsConfig.SegmenterChoice.CLASSICAL,
                true,
                new SiteSetting(SiteSetting.Mode.FILE, Optional.of(Path.of("/srv/site.json")))),
            Optional.of(
                new MqttConfig(
                    URI.create("ssl://broker.lan:9000"),
                    Optional.of(new MqttConfig.Login(Path.of("/etc/u"), password)),
                    Optional.of(Path.of("/etc/ca.pem")),
                    Optional.of(new MqttConfig.ClientCertificate(Path.of("/etc/cert.pem"), key)),
                    new LinkConfig(
                        LinkConfig.Protocol.V3_1_1,
                        Duration.ofSeconds(30),
                        20_000,
                        OptionalLong.of(4_000_000),
                        List.of(
                            new LinkConfig.Window(LocalTime.of(6, 0), LocalTime.of(7, 30)),
                            new LinkConfig.Window(LocalTime.of(22, 0), LocalTime.of(2, 0))),
                        LinkConfig.DrainOrder.NEWEST_FIRST,
                        LinkConfig.Urgent.NONE),
                    MqttConfig.Crops.UNCERTAIN,
                    List.of("report"),
                    true,
                    true)),
            new HealthConfig(Duration.ofSeconds(5)),
            new BoardConfig(Optional.of("raspberry-pi-5")),
            new ThreadsConfig(8, Optional.of(false)),
            new DataConfig(Path.of("/srv/data"), Duration.ofDays(30), false, 64));
    assertEquals(expected, file.read(text, name -> FAST_BOARD));
  }

  @Test
  void linkHasDefaultsAndCommandsThatChangeNothing() throws ProblemException {
    String uri = REQUIRED + "mqtt:\n  uri: ssl://broker.lan\n";
    MqttConfig mqtt = file.read(uri).mqtt().orElseThrow();
    assertEquals(List.of("identify", "report", "site-list"), mqtt.commands());
    assertEquals(LinkConfig.Protocol.AUTO, mqtt.link().protocol());
    assertEquals(Duration.ofMinutes(1), mqtt.link().reconnectMax());
    assertEquals(OptionalLong.empty(), mqtt.link().bytesPerDay());
    assertEquals(List.of(), mqtt.link().windows());
    assertEquals(LinkConfig.DrainOrder.OLDEST_FIRST, mqtt.link().drainOrder());
    assertEquals(MqttConfig.Crops.NONE, mqtt.crops());
    assertEquals(List.of(), file.read(uri + "  commands: []\n").mqtt().orElseThrow().commands());
    for (String wrong :
        List.of(
            "windows: ['6:00-07:00']",
            "windows: ['06:00-06:00']",
            "windows: ['06:00-25:00']",
            "protocol: 4",
            "bytes_per_second: 3",
            "drain_order: random",
            "crops: some",
            "urgent: field")) {
      assertThrows(ProblemException.class, () -> file.read(uri + "  " + wrong + "\n"), wrong);
    }
  }

  @Test
  void everyKeyOfTheOtherKinds() throws ProblemException {
    assertEquals(
        new CameraConfig.Folder(Path.of("/srv/f")),
        file.read(REQUIRED + "camera: {kind: folder, path: /srv/f}").camera());
    assertEquals(
        new CameraConfig.Mjpeg(Path.of("/srv/a.mjpeg")),
        file.read(REQUIRED + "camera: {kind: mjpeg, path: /srv/a.mjpeg}").camera());
    assertEquals(
        new CameraConfig.Virtual(320, 240, 0.5),
        file.read(
                REQUIRED
                    + "camera: {kind: virtual, width: 320, height: 240, fields_per_second: 0.5}")
            .camera());
  }

  @Test
  void exampleFileGivesTheDefaults() throws ProblemException {
    Path example = Path.of("..", "deploy", "kronocyte.example.yaml");
    DeviceConfig config = DeviceConfig.read(example, ConfigFile.NO_PROFILES);
    assertEquals(file.read(REQUIRED), config);
  }

  @Test
  void exampleFileNamesEveryKey() throws Exception {
    // Each key of each section is listed by the message for an unknown one.
    String example = Files.readString(Path.of("..", "deploy", "kronocyte.example.yaml"));
    String sections = "device camera optics slide quality models mqtt health board threads data";
    StringBuilder text = new StringBuilder();
    for (String section : sections.split(" ", -1)) {
      text.append(section).append(": {zzzzzzzzzz: 1}\n");
    }
    int checked = 0;
    for (var problem : file.refused(text + "zzzzzzzzzz: 1\n").message().lines().toList()) {
      int at = problem.indexOf("known here: ");
      if (at < 0) {
        continue;
      }
      for (String key : problem.substring(at + 12).split(", ", -1)) {
        assertTrue(example.matches("(?s).*[ \n]" + key + ":.*"), "no '" + key + "' in the example");
        checked++;
      }
    }
    assertEquals(11 + 46, checked);
  }

  @Test
  void boardProfileGivesDefaultsAndTheFileWins() throws ProblemException {
    String text = REQUIRED + "board: {profile: fast}\ncamera: {fps: 2}\n";
    DeviceConfig config = file.read(text, name -> FAST_BOARD);
    assertEquals(new CameraConfig.V4l2(Path.of("/dev/video2"), 1920, 1080, 2), config.camera());
    assertEquals(3, config.threads().inference());
  }

  @Test
  void noProfileIsLookedUpForNone() throws ProblemException {
    DeviceConfig config = file.read(REQUIRED + "board: {profile: none}\n");
    assertEquals(Optional.empty(), config.board().profile());
  }

  @Test
  void cameraIsNeverVirtualUnlessWritten() throws ProblemException {
    for (String camera : new String[] {"", "camera:\n", "camera: {fps: 5}\n"}) {
      assertFalse(file.read(REQUIRED + camera).camera() instanceof CameraConfig.Virtual, camera);
    }
  }

  private Path secret(String name, String rights) throws Exception {
    Path secret = Files.writeString(dir.resolve(name), "s3cret");
    return Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString(rights));
  }
}
