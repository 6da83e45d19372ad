package org.kronocyte.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kronocyte.problem.Problem;

class ConfigProblemsTest {
  private static final String REQUIRED =
      "device: {site: clinic-1, name: scope-1}\nslide: {specimen: marrow}\n";

  @TempDir Path dir;
  private ConfigFile file;

  @BeforeEach
  void here() {
    file = new ConfigFile(dir);
  }

  private void assertRefused(String code, String part, String text) {
    Problem problem = file.refused(REQUIRED + text);
    assertEquals(code, problem.code(), problem.sentence());
    assertTrue(problem.sentence().contains(part), problem.sentence());
  }

  @Test
  void unknownKeySuggestsTheNearest() {
    Problem problem = file.refused(REQUIRED + "\n# cam\n\ncamera:\n  devcie: /dev/video1\n");
    assertEquals("config_unknown_key", problem.code());
    assertTrue(
        problem.message().endsWith("unknown key 'camera.devcie' at line 7, did you mean 'device'?"),
        problem.message());
  }

  @Test
  void unknownSectionSuggestsTheNearest() {
    assertRefused("config_unknown_key", "'optcs' at line 3, did you mean 'optics'?", "optcs: {}\n");
  }

  @Test
  void wrongTypeSaysKeyValueExpectationAndExample() {
    Problem problem = file.refused(REQUIRED + "threads: {inference: many}\n");
    assertTrue(
        problem
            .message()
            .endsWith(
                "'threads.inference' at line 3 is 'many', expected a whole number from 1 to 8"),
        problem.message());
    assertEquals("write for example 'inference: 1'", problem.remedy());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "threads: {inference: 0}",
        "threads: {inference: 9}",
        "threads: {inference: 99999999999}",
        "threads: {inference: [1]}",
        "threads: 3",
        "optics: {um_per_px: 3}",
        "optics: {um_per_px: '0,09'}",
        "optics: {um_per_px: }",
        "camera: {width: 10}",
        "camera: {fps: 1.5}",
        "camera: {device: video0}",
        "camera: {kind: webcam}",
        "camera: {kind: webcam, path: /x, fps: 3}",
        "quality: {max_saturated_share: 1.5}",
        "health: {interval: 1s}",
        "health: {interval: 60}",
        "board: {profile: Raspberry Pi}",
        "mqtt: {uri: 'http://broker:1883'}",
        "mqtt: {uri: 'ssl://user:pw@broker'}",
        "mqtt: {uri: 'ssl://broker:70000'}",
        "mqtt: {uri: 'ssl://broker/path'}",
        "mqtt: {uri: broker}",
        "models: {dir: models}",
      })
  void valueOutOfItsRange(String text) {
    assertRefused("config_value", "expected ", text);
  }

  @ParameterizedTest
  @CsvSource({
    "'kind: folder, path: /x, device: /dev/video1', device, v4l2",
    "'kind: v4l2, path: /x', path, folder or mjpeg",
    "'path: /x', path, folder or mjpeg",
    "'kind: virtual, fps: 3', fps, v4l2",
    "'kind: mjpeg, path: /x, width: 100', width, v4l2 or virtual",
    "'fields_per_second: 3', fields_per_second, virtual",
  })
  void keyThatDoesNotFitTheKind(String camera, String key, String kinds) {
    assertRefused("config_wrong_kind", "set 'kind' to " + kinds, "camera: {" + camera + "}\n");
    assertRefused("config_wrong_kind", "'camera." + key + "'", "camera: {" + camera + "}\n");
  }

  @Test
  void folderNeedsItsPath() {
    assertRefused("config_missing_key", "'camera.path' is missing", "camera: {kind: folder}\n");
  }

  @Test
  void requiredKeysAreAllNamedForAnEmptyFile() {
    Problem problem = file.refused("");
    assertEquals("config_invalid", problem.code());
    for (String key : new String[] {"device.site", "device.name", "slide.specimen"}) {
      assertTrue(problem.message().contains("key '" + key + "' is missing"), problem.message());
    }
    assertTrue(problem.message().contains("3 problems"), problem.message());
  }

  @Test
  void severalProblemsAreReportedAtOnce() {
    String text =
        """
        device: {site: Clinic 1, name: scope-1}
        slide: {specimen: bone}
        camera: {kind: virtual, fps: 3}
        optics: {um_per_px: big, lens: 100x}
        board: {profile: banana-pi}
        """;
    String problems = file.problems(text);
    assertTrue(problems.contains("has 6 problems"), problems);
    for (String part :
        new String[] {
          "'device.site' at line 1 is 'Clinic 1'",
          "'slide.specimen' at line 2 is 'bone', expected one of marrow, blood",
          "'camera.fps' at line 3 doesn't fit the camera kind virtual",
          "'optics.um_per_px' at line 4 is 'big'",
          "unknown key 'optics.lens' at line 4",
          "no banana-pi",
        }) {
      assertTrue(problems.contains(part), part + " in " + problems);
    }
  }

  @Test
  void duplicateSection() {
    assertRefused("config_duplicate_key", "'health' at line 4", "health:\nhealth:\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw-rw----", "rwx-----x"})
  void exposedSecretIsRefused(String rights) throws Exception {
    Path password = secret(rights);
    assertRefused("secret_exposed", "chmod 600 " + password, mqtt("ssl://b", password));
  }

  @Test
  void secretIsNeverInTheMessage() throws Exception {
    assertFalse(file.problems(REQUIRED + mqtt("ssl://b", secret("rw-rw-rw-"))).contains("s3cret"));
  }

  @Test
  void missingSecretIsRefused() {
    assertRefused("secret_missing", "no file", mqtt("ssl://b", dir.resolve("none")));
  }

  @Test
  void passwordInClearIsRefusedExceptToThisMachine() throws Exception {
    Path password = secret("rw-------");
    assertRefused("secret_in_clear", "unencrypted", mqtt("tcp://10.0.0.3", password));
    MqttConfig local = file.read(REQUIRED + mqtt("tcp://localhost", password)).mqtt().orElseThrow();
    assertEquals("tcp://localhost:1883", local.uri().toString());
    assertFalse(local.encrypted());
  }

  @Test
  void certificatesNeedEncryptionAndTheirKey() {
    assertRefused("config_wrong_kind", "'mqtt.ca_file'", "mqtt: {uri: 'tcp://b', ca_file: /c}\n");
    assertRefused(
        "config_missing_key", "has no 'key_file'", "mqtt: {uri: 'ssl://b', cert_file: /c}\n");
  }

  @Test
  void brokerIsRequiredInItsSection() {
    assertRefused("config_missing_key", "'mqtt.uri'", "mqtt:\n");
  }

  private static String mqtt(String uri, Path password) {
    return "mqtt: {uri: '" + uri + "', username_file: /u, password_file: " + password + "}\n";
  }

  private Path secret(String rights) throws Exception {
    Path secret = Files.writeString(dir.resolve("password"), "s3cret");
    return Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString(rights));
  }
}
