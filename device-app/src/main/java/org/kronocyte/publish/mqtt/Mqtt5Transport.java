package org.kronocyte.publish.mqtt;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLSocketFactory;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.BrokerLink;
import org.kronocyte.publish.Incoming;
import org.kronocyte.publish.Messages;
import org.kronocyte.publish.Packet;
import org.kronocyte.publish.RefusedException;
import org.kronocyte.publish.Transport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * MQTT 5 with a new client for each connection: reason codes tell a refused packet from a lost one,
 * packets expire at the broker and say what they are.
 */
public final class Mqtt5Transport implements Transport {
  /**
   * The broker sends nothing larger. Commands are far smaller, but Paho takes this for the bound of
   * what it sends itself, too.
   */
  static final long MAX_PACKET_BYTES = Messages.MAX_BYTES + 4096;

  private static final Logger log = LoggerFactory.getLogger(Mqtt5Transport.class);
  private static final Duration SESSION_KEPT = Duration.ofDays(7);

  /** Of Paho, which knows the broker's bound. */
  private static final int OUTGOING_PACKET_TOO_LARGE = 51002;

  /** Reason codes from here on are errors. */
  private static final int FIRST_ERROR = 0x80;

  private final BrokerLink link;
  private final String clientId;
  private volatile MqttAsyncClient client;
  private volatile int window = Integer.MAX_VALUE;

  /**
   * @param clientId one for each device: a broker ends an older connection of the same id
   */
  public Mqtt5Transport(BrokerLink link, String clientId) {
    this.link = Objects.requireNonNull(link, "link");
    this.clientId = Objects.requireNonNull(clientId, "clientId");
  }

  @Override
  public void connect(Packet will, Listener listener) throws ProblemException {
    close();
    MqttConnectionOptions options = options(will);
    Optional<SSLSocketFactory> tls =
        link.tls() ? Optional.of(TlsSockets.of(link)) : Optional.empty();
    try {
      client = new SteadyClient5(link, tls, clientId);
      client.setCallback(new Events(listener));
      IMqttToken connected = client.connect(options);
      connected.waitForCompletion(link.connectTimeout().toMillis());
      window =
          Optional.ofNullable(connected.getResponseProperties())
              .map(MqttProperties::getReceiveMaximum)
              .orElse(Integer.MAX_VALUE);
    } catch (MqttException e) {
      close();
      throw e.getReasonCode() >= FIRST_ERROR && e.getReasonCode() <= 0xFF
          ? ConnectProblems.refused(link, e)
          : ConnectProblems.unreachable(link, e);
    }
  }

  @Override
  public boolean isConnected() {
    MqttAsyncClient current = client;
    return current != null && current.isConnected();
  }

  @Override
  public int window() {
    return window;
  }

  @Override
  public CompletableFuture<Void> subscribe(String filter, boolean asSent) {
    MqttSubscription subscription = new MqttSubscription(filter, Packet.QOS);
    subscription.setRetainAsPublished(asSent);
    return whenDone(
        filter,
        (current, answer) ->
            current.subscribe(
                new MqttSubscription[] {subscription}, null, answer, new MqttProperties()));
  }

  @Override
  public CompletableFuture<Void> publish(Packet packet) {
    MqttProperties properties = new MqttProperties();
    properties.setPayloadFormat(true);
    properties.setContentType(Packet.CONTENT_TYPE);
    packet.expiry().ifPresent(age -> properties.setMessageExpiryInterval(age.toSeconds()));
    if (packet.correlation().length > 0) {
      properties.setCorrelationData(packet.correlation());
    }
    MqttMessage message =
        new MqttMessage(packet.bytes(), Packet.QOS, packet.retained(), properties);
    return whenDone(
        packet.topic(),
        (current, answer) -> current.publish(packet.topic(), message, null, answer));
  }

  private interface Request {
    void send(MqttAsyncClient to, MqttActionListener answer) throws MqttException;
  }

  private CompletableFuture<Void> whenDone(String topic, Request request) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    MqttAsyncClient current = client;
    if (current == null) {
      done.completeExceptionally(new IOException("there is no connection"));
      return done;
    }
    try {
      request.send(
          current,
          new MqttActionListener() {
            @Override
            public void onSuccess(IMqttToken token) {
              Optional<RefusedException> refusal = refusal(topic, token);
              if (refusal.isPresent()) {
                done.completeExceptionally(refusal.get());
              } else {
                done.complete(null);
              }
            }

            @Override
            public void onFailure(IMqttToken token, Throwable cause) {
              done.completeExceptionally(
                  refusal(topic, token).map(r -> (Throwable) r).orElse(judged(topic, cause)));
            }
          });
    } catch (MqttException e) {
      done.completeExceptionally(judged(topic, e));
    }
    return done;
  }

  private static Throwable judged(String topic, Throwable failure) {
    boolean tooLarge =
        failure instanceof MqttException e && e.getReasonCode() == OUTGOING_PACKET_TOO_LARGE;
    return tooLarge ? new RefusedException("larger than the broker takes: " + topic) : failure;
  }

  private static Optional<RefusedException> refusal(String topic, IMqttToken token) {
    int[] codes = token.getReasonCodes();
    if (codes == null || codes.length == 0 || codes[0] < FIRST_ERROR) {
      return Optional.empty();
    }
    String code = "0x" + Integer.toHexString(codes[0]);
    return Optional.of(new RefusedException("the broker answers " + code + " to " + topic));
  }

  @Override
  public void disconnect(Duration limit) {
    MqttAsyncClient current = client;
    if (current != null && current.isConnected()) {
      try {
        current.disconnect(0).waitForCompletion(limit.toMillis());
      } catch (MqttException e) {
        log.warn("the goodbye to the broker failed: {}", e.getMessage());
      }
    }
    close();
  }

  @Override
  public void close() {
    MqttAsyncClient current = client;
    client = null;
    if (current == null) {
      return;
    }
    try {
      // Without a DISCONNECT packet, so that the broker publishes the will.
      current.disconnectForcibly(0, 0, false);
    } catch (MqttException e) {
      log.debug("dropping the connection: {}", e.getMessage());
    }
    try {
      current.close(true);
    } catch (MqttException e) {
      log.debug("closing the client: {}", e.getMessage());
    }
  }

  private MqttConnectionOptions options(Packet will) throws ProblemException {
    MqttConnectionOptions options = new MqttConnectionOptions();
    options.setCleanStart(false);
    options.setSessionExpiryInterval(SESSION_KEPT.toSeconds());
    options.setAutomaticReconnect(false);
    options.setMaximumPacketSize(MAX_PACKET_BYTES);
    options.setConnectionTimeout((int) Math.max(1, link.connectTimeout().toSeconds()));
    options.setKeepAliveInterval((int) BrokerLink.KEEP_ALIVE.toSeconds());
    options.setWill(
        will.topic(),
        new MqttMessage(will.bytes(), Packet.QOS, will.retained(), new MqttProperties()));
    MqttProperties ofWill = new MqttProperties();
    ofWill.setPayloadFormat(true);
    ofWill.setContentType(Packet.CONTENT_TYPE);
    options.setWillMessageProperties(ofWill);
    if (link.login().isPresent()) {
      BrokerLink.Login login = link.login().get();
      options.setUserName(PemFiles.secret(login.userFile()));
      options.setPassword(PemFiles.secret(login.passwordFile()).getBytes(StandardCharsets.UTF_8));
    }
    return options;
  }

  private record Events(Listener listener) implements MqttCallback {
    @Override
    public void disconnected(MqttDisconnectResponse response) {
      MqttException e = response.getException();
      listener.connectionLost(
          e == null ? "the broker says " + response.getReasonString() : String.valueOf(e));
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
      MqttProperties properties = message.getProperties();
      byte[] correlation = properties.getCorrelationData();
      listener.received(
          new Incoming(
              topic,
              message.getPayload(),
              message.isRetained(),
              Optional.ofNullable(properties.getResponseTopic()),
              correlation == null ? new byte[0] : correlation));
    }

    @Override
    public void mqttErrorOccurred(MqttException e) {
      log.warn("an MQTT 5 protocol error: {}", e.toString());
    }

    @Override
    public void deliveryComplete(IMqttToken token) {
      // Each packet has its own listener.
    }

    @Override
    public void connectComplete(boolean reconnect, String uri) {
      // Known from the answer to connect.
    }

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {
      log.warn("the broker wants an enhanced authentication, which isn't offered");
    }
  }
}
