package org.kronocyte.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kronocyte.problem.ProblemException;

class BrokerLinkTest {
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
  void mqttReq28PasswordTravelsOnlyOverTlsOrWithinTheDevice() throws ProblemException {
    assertProblem(
        "password_in_clear", () -> BrokerLink.of("tcp://broker:1883", login, Optional.empty()));
    BrokerLink.of("tcp://localhost:1883", login, Optional.empty());
    BrokerLink.of("ssl://broker:8883", login, Optional.empty());
    BrokerLink.of("tcp://broker:1883", Optional.empty(), Optional.empty());
  }

  @Test
  void certificatesAreForTlsOnly() throws Exception {
    Path file = Path.of("ca.pem");
    BrokerLink.ClientCertificate device = new BrokerLink.ClientCertificate(file, file);
    BrokerLink clear = BrokerLink.of("tcp://broker:1883", Optional.empty(), Optional.empty());
    assertProblem("bad_broker_uri", () -> clear.with(device));
    assertProblem(
        "bad_broker_uri",
        () -> BrokerLink.of("tcp://broker:1883", Optional.empty(), Optional.of(file)));
    BrokerLink tls = BrokerLink.of("ssl://broker:8883", Optional.empty(), Optional.of(file));
    assertEquals(Optional.of(device), tls.with(device).certificate());
    assertEquals(BrokerLink.Protocol.V5, tls.with(BrokerLink.Protocol.V5).protocol());
  }
}
