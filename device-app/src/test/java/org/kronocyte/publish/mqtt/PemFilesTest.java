package org.kronocyte.publish.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.problem.ProblemException;

class PemFilesTest {
  @TempDir Path folder;

  private static ProblemException assertProblem(String code, Executable action) {
    ProblemException e = assertThrows(ProblemException.class, action);
    assertEquals(code, e.problem().code());
    return e;
  }

  @Test
  void secretIsTheFirstLine() throws Exception {
    Path file = Files.writeString(folder.resolve("secret"), "pass word \nmore\n");
    assertEquals("pass word", PemFiles.secret(file));
    assertProblem("secret_unreadable", () -> PemFiles.secret(folder.resolve("absent")));
    Path empty = Files.writeString(folder.resolve("empty"), "\n");
    assertProblem("secret_unreadable", () -> PemFiles.secret(empty));
  }

  @Test
  void oldOrEncryptedKeyIsRefusedWithTheCommandThatConvertsIt() throws Exception {
    for (String kind : new String[] {"RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY"}) {
      Path file =
          Files.writeString(
              folder.resolve("key"),
              "-----BEGIN " + kind + "-----\nAAAA\n-----END " + kind + "-----\n");
      ProblemException e = assertProblem("device_key_unreadable", () -> PemFiles.key(file));
      assertTrue(e.problem().remedy().contains("openssl pkcs8"));
    }
  }

  @Test
  void endlessFileIsNotReadWhole() throws Exception {
    Path file = Files.writeString(folder.resolve("large"), "x".repeat(PemFiles.MAX_BYTES + 1));
    assertProblem(
        "authority_unreadable", () -> PemFiles.certificates(file, "authority_unreadable", "x"));
  }
}
