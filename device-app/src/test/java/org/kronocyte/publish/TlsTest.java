package org.kronocyte.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.problem.ProblemException;

/** TLS to a real broker whose certificate is for {@code localhost}. */
@Timeout(60)
class TlsTest {
  private static final String KEY_WORD = "only-for-this-test";

  @TempDir Path folder;

  private Mosquitto mosquitto;

  @BeforeEach
  void start() throws Exception {
    makeCertificate();
    mosquitto =
        Mosquitto.startOrSkip(
            folder,
            "certfile " + folder.resolve("certificate.pem"),
            "keyfile " + folder.resolve("key.pem"),
            "allow_anonymous true");
  }

  @AfterEach
  void stop() throws InterruptedException {
    if (mosquitto != null) {
      mosquitto.stop();
    }
  }

  private void makeCertificate() throws Exception {
    Path store = folder.resolve("store.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "broker",
                "-keyalg",
                "RSA",
                "-validity",
                "2",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                KEY_WORD)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.log").toFile())
            .start();
    assertEquals(0, keytool.waitFor());
    KeyStore keys = KeyStore.getInstance(store.toFile(), KEY_WORD.toCharArray());
    writePem("certificate.pem", "CERTIFICATE", keys.getCertificate("broker").getEncoded());
    writePem("key.pem", "PRIVATE KEY", keys.getKey("broker", KEY_WORD.toCharArray()).getEncoded());
  }

  private void writePem(String name, String what, byte[] content) throws Exception {
    String body =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(content);
    Files.writeString(
        folder.resolve(name),
        "-----BEGIN " + what + "-----\n" + body + "\n-----END " + what + "-----\n");
  }

  private PahoTransport connect(String host, Optional<Path> authority) throws ProblemException {
    PahoTransport transport =
        new PahoTransport(
            BrokerLink.of("ssl://" + host + ":" + mosquitto.port(), Optional.empty(), authority),
            "tls-test");
    transport.connect(
        Samples.messages().will(Samples.status(DeviceStatus.State.READY)), reason -> {});
    return transport;
  }

  @Test
  void trustedBrokerIsUsedAndAnyOtherRefused() throws Exception {
    Optional<Path> authority = Optional.of(folder.resolve("certificate.pem"));
    try (PahoTransport transport = connect("localhost", authority)) {
      transport
          .publish(Samples.messages().status(Samples.status(DeviceStatus.State.READY)))
          .get(10, TimeUnit.SECONDS);
      transport.disconnect(Duration.ofSeconds(2));
    }
    ProblemException wrongName =
        assertThrows(ProblemException.class, () -> connect("127.0.0.1", authority));
    assertEquals("broker_unreachable", wrongName.problem().code());
    assertTrue(wrongName.getMessage().contains("127.0.0.1"));
    assertThrows(ProblemException.class, () -> connect("localhost", Optional.empty()));
  }
}
