package org.kronocyte.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kronocyte.problem.ProblemException;

class BrokerLinkTest {
  @TempDir Path folder;

  private final Optional<BrokerLink.Login> login =
      Optional.of(new BrokerLink.Login(Path.of("user"), Path.of("password")));

  private static void assertProblem(String code, Executable action) {
    ProblemException e = assertThrows(ProblemException.class, action);
    assertEquals(code, e.problem().code());
    assertFalse(e.problem().remedy().isBlank());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "broker", "tcp://broker", "http://broker:80", "tcp://u:p@broker:1883"})
  void addressThatIsNoneIsRefused(String uri) {
    assertProblem("bad_broker_uri", () -> BrokerLink.of(uri, Optional.empty(), Optional.empty()));
  }

  @Test
  void passwordTravelsOnlyOverTlsOrWithinTheDevice() throws ProblemException {
    assertProblem(
        "password_in_clear", () -> BrokerLink.of("tcp://broker:1883", login, Optional.empty()));
    BrokerLink.of("tcp://localhost:1883", login, Optional.empty());
    BrokerLink.of("ssl://broker:8883", login, Optional.empty());
    BrokerLink.of("tcp://broker:1883", Optional.empty(), Optional.empty());
  }

  @Test
  void secretIsTheFirstLine() throws Exception {
    Path file = Files.writeString(folder.resolve("secret"), "pass word \nmore\n");
    assertEquals("pass word", BrokerLink.readSecret(file));
    assertProblem("secret_unreadable", () -> BrokerLink.readSecret(folder.resolve("absent")));
    Path empty = Files.writeString(folder.resolve("empty"), "\n");
    assertProblem("secret_unreadable", () -> BrokerLink.readSecret(empty));
  }

  @Test
  void authorityWithoutACertificateIsRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("ca.pem"), "no certificate\n");
    assertProblem("authority_unreadable", () -> TrustedAuthority.sockets(file));
    assertProblem(
        "bad_broker_uri",
        () -> BrokerLink.of("tcp://broker:1883", Optional.empty(), Optional.of(file)));
  }
}
