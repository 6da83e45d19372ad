package org.kronocyte.publish.mqtt;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.Await;
import org.kronocyte.publish.BrokerLink;
import org.kronocyte.publish.Messages;
import org.kronocyte.publish.Packet;
import org.kronocyte.publish.RecordingListener;
import org.kronocyte.publish.Transport;

/**
 * A broker that answers no more must cost neither a descriptor nor a thread, nor hold anybody up.
 */
@Timeout(60)
class FrozenBrokerTest {
  /** Patience with a busy machine; only a failure takes as long. */
  private static final Duration SOON = Duration.ofSeconds(15);

  private static final Packet WILL = new Packet("will", "gone", true);

  @TempDir Path folder;

  private Optional<Certificates> certificates = Optional.empty();

  private BrokerLink link(
      BrokerLink.Protocol protocol, boolean tls, SilentBroker broker, Duration connectTimeout) {
    String scheme = tls ? "ssl" : "tcp";
    return new BrokerLink(
        URI.create(scheme + "://localhost:" + broker.port()),
        protocol,
        Optional.empty(),
        certificates.map(Certificates::authority),
        Optional.empty(),
        connectTimeout);
  }

  /** What a broker needs to speak TLS as {@code localhost}. */
  private Optional<SSLContext> broker(boolean tls) throws Exception {
    if (!tls) {
      return Optional.empty();
    }
    certificates = Optional.of(Certificates.makeOrSkip(folder));
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "broker",
        PemFiles.key(folder.resolve("broker.key")),
        new char[0],
        PemFiles.certificates(folder.resolve("broker.crt"), "bad", "broker")
            .toArray(new X509Certificate[0]));
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return Optional.of(context);
  }

  @ParameterizedTest
  @CsvSource({"V3_1_1, false", "V3_1_1, true", "V5, false", "V5, true"})
  void attemptThatGotNoAnswerIsClosed(BrokerLink.Protocol protocol, boolean tls) throws Exception {
    String clientId = "no-answer-" + protocol + tls;
    try (SilentBroker broker = SilentBroker.frozen();
        Transport transport =
            AutoTransport.of(link(protocol, tls, broker, Duration.ofSeconds(1)), clientId)) {
      assertThrows(ProblemException.class, () -> transport.connect(WILL, new RecordingListener()));
      assertTrue(broker.nextIsClosed((int) SOON.toMillis()));
      Await.until("threads gone", SOON, () -> threadsOf(clientId) == 0);
    }
  }

  @ParameterizedTest
  @CsvSource({"V3_1_1, false", "V3_1_1, true", "V5, false", "V5, true"})
  void connectionGivenUpIsClosed(BrokerLink.Protocol protocol, boolean tls) throws Exception {
    String clientId = "given-up-" + protocol + tls;
    try (SilentBroker broker = SilentBroker.frozenAfterLettingIn(broker(tls), protocol);
        Transport transport = AutoTransport.of(link(protocol, tls, broker, SOON), clientId)) {
      transport.connect(WILL, new RecordingListener());
      assertTimeoutPreemptively(SOON, transport::close);
      assertTrue(broker.nextIsClosed((int) SOON.toMillis()));
      Await.until("threads gone", SOON, () -> threadsOf(clientId) == 0);
    }
  }

  /** More is sent than the buffers on the way take, so that somebody hangs in the middle of it. */
  @ParameterizedTest
  @CsvSource({"V3_1_1, false", "V3_1_1, true", "V5, false", "V5, true"})
  void connectionThatTakesNoMoreIsClosed(BrokerLink.Protocol protocol, boolean tls)
      throws Exception {
    String clientId = "takes-no-more-" + protocol + tls;
    try (SilentBroker broker = SilentBroker.frozenAfterLettingIn(broker(tls), protocol);
        Transport transport = AutoTransport.of(link(protocol, tls, broker, SOON), clientId)) {
      transport.connect(WILL, new RecordingListener());
      String large = "x".repeat(Messages.MAX_BYTES);
      for (int i = 0; i < 50; i++) {
        var unused = transport.publish(new Packet("topic", large, false));
      }
      Thread.sleep(500);
      assertTimeoutPreemptively(SOON, transport::close);
      assertTrue(broker.nextIsClosed((int) SOON.toMillis()));
      Await.until("threads gone", SOON, () -> threadsOf(clientId) == 0);
    }
  }

  private static long threadsOf(String clientId) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().contains(clientId))
        .count();
  }
}
