package org.kronocyte.publish.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.Await;
import org.kronocyte.publish.BrokerLink;
import org.kronocyte.publish.Mosquitto;
import org.kronocyte.publish.Packet;
import org.kronocyte.publish.RecordingListener;
import org.kronocyte.publish.Transport;

/** TLS to a real broker whose certificate is for {@code localhost}, over both protocols. */
@Timeout(60)
class TlsTest {
  @TempDir Path folder;

  private Mosquitto mosquitto;
  private Certificates certificates;

  private void start(String... settings) throws Exception {
    if (certificates == null) {
      certificates = Certificates.makeOrSkip(folder);
    }
    mosquitto = Mosquitto.startOrSkip(folder, certificates.brokerSettings(settings));
  }

  private void startMutual() throws Exception {
    start("require_certificate true", "use_identity_as_username true", "allow_anonymous false");
  }

  @AfterEach
  void stop() throws InterruptedException {
    if (mosquitto != null) {
      mosquitto.stop();
    }
  }

  private BrokerLink link(String host, BrokerLink.Protocol protocol) throws ProblemException {
    return BrokerLink.of(
            "ssl://" + host + ":" + mosquitto.port(),
            Optional.empty(),
            Optional.of(certificates.authority()))
        .with(protocol);
  }

  private static void publishOver(BrokerLink link) throws Exception {
    try (Transport transport = AutoTransport.of(link, "tls-test")) {
      transport.connect(new Packet("will", "{}", false), new RecordingListener());
      transport.publish(new Packet("topic", "{}", false)).get(10, TimeUnit.SECONDS);
      transport.disconnect(Duration.ofSeconds(2));
    }
  }

  private static ProblemException problem(BrokerLink link) {
    return assertThrows(ProblemException.class, () -> publishOver(link));
  }

  @ParameterizedTest
  @EnumSource
  void mqttReq27TrustedBrokerIsUsedAndAnyOtherRefused(BrokerLink.Protocol protocol)
      throws Exception {
    start("allow_anonymous true");
    publishOver(link("localhost", protocol));
    ProblemException wrongName = problem(link("127.0.0.1", protocol));
    assertEquals("broker_unreachable", wrongName.problem().code());
    assertTrue(wrongName.getMessage().contains("127.0.0.1"), wrongName.getMessage());
    problem(
        BrokerLink.of("ssl://localhost:" + mosquitto.port(), Optional.empty(), Optional.empty())
            .with(protocol));
  }

  @ParameterizedTest
  @EnumSource
  void goodbyeOverTlsLeavesNoWill(BrokerLink.Protocol protocol) throws Exception {
    start("allow_anonymous true");
    RecordingListener heard = new RecordingListener();
    try (Transport ear = AutoTransport.of(link("localhost", protocol), "ear")) {
      ear.connect(new Packet("ear", "{}", false), heard);
      ear.subscribe("will", false).get(10, TimeUnit.SECONDS);
      for (int i = 0; i < 5; i++) {
        publishOver(link("localhost", protocol));
      }
      ear.publish(new Packet("will", "the last word", false)).get(10, TimeUnit.SECONDS);
      Await.until("heard", () -> !heard.messages().isEmpty());
      byte[] first = heard.messages().get(0).payload();
      assertEquals("the last word", new String(first, StandardCharsets.UTF_8));
    }
  }

  @ParameterizedTest
  @EnumSource
  void mqttReq27DeviceShowsItsOwnCertificate(BrokerLink.Protocol protocol) throws Exception {
    startMutual();
    publishOver(link("localhost", protocol).with(certificates.device("scope-1")));
    String code = problem(link("localhost", protocol)).problem().code();
    assertTrue(code.startsWith("broker_") || code.equals("device_certificate_refused"), code);
  }

  @ParameterizedTest
  @EnumSource
  void mqttReq27ExpiredDeviceCertificateIsNamedAsTheReason(BrokerLink.Protocol protocol)
      throws Exception {
    startMutual();
    ProblemException e =
        problem(link("localhost", protocol).with(certificates.expiredDevice("scope-old")));
    assertEquals("device_certificate_expired", e.problem().code(), e.getMessage());
    assertTrue(e.getMessage().contains("2020"), e.getMessage());
  }

  @Test
  void expiredBrokerCertificateIsNamedAsTheReason() throws Exception {
    certificates = Certificates.makeOrSkip(folder);
    certificates.expireBroker();
    start("allow_anonymous true");
    ProblemException e = problem(link("localhost", BrokerLink.Protocol.AUTO));
    assertEquals("broker_certificate_expired", e.problem().code(), e.getMessage());
  }

  @Test
  void mqttReq28UnusableFilesAreNamedAndKeysNotQuoted() throws Exception {
    start("allow_anonymous true");
    BrokerLink.ClientCertificate good = certificates.device("scope-1");
    BrokerLink.ClientCertificate other = certificates.device("scope-2");
    BrokerLink link = link("localhost", BrokerLink.Protocol.V5);
    Path text = Files.writeString(folder.resolve("text"), "SECRET no certificate\n");
    assertProblem(
        "device_certificate_unreadable",
        link.with(new BrokerLink.ClientCertificate(text, good.keyFile())));
    assertProblem(
        "device_key_unreadable",
        link.with(new BrokerLink.ClientCertificate(good.certificateFile(), text)));
    assertProblem(
        "device_key_mismatch",
        link.with(new BrokerLink.ClientCertificate(good.certificateFile(), other.keyFile())));
    assertProblem(
        "authority_unreadable",
        BrokerLink.of(link.uri().toString(), Optional.empty(), Optional.of(text)));
  }

  private static void assertProblem(String code, BrokerLink link) {
    ProblemException e = problem(link);
    assertEquals(code, e.problem().code());
    assertFalse(e.problem().sentence().contains("SECRET"), e.problem().sentence());
    assertFalse(e.problem().remedy().isBlank());
  }
}
