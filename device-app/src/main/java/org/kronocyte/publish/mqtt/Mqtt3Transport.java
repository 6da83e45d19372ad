package org.kronocyte.publish.mqtt;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLSocketFactory;
import org.eclipse.paho.client.mqttv3.IMqttActionListener;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.BrokerLink;
import org.kronocyte.publish.Incoming;
import org.kronocyte.publish.Packet;
import org.kronocyte.publish.RefusedException;
import org.kronocyte.publish.Transport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * MQTT 3.1.1 with a new client for each connection. A 3.1.1 broker has no way to refuse one packet:
 * it drops the connection, or acknowledges the packet and throws it away.
 */
public final class Mqtt3Transport implements Transport {
  private static final Logger log = LoggerFactory.getLogger(Mqtt3Transport.class);
  private static final int MAX_IN_FLIGHT = 64;
  private static final int SUBSCRIPTION_REFUSED = 0x80;

  private final BrokerLink link;
  private final String clientId;
  private volatile MqttAsyncClient client;

  /**
   * @param clientId one for each device: a broker ends an older connection of the same id
   */
  public Mqtt3Transport(BrokerLink link, String clientId) {
    this.link = Objects.requireNonNull(link, "link");
    this.clientId = Objects.requireNonNull(clientId, "clientId");
  }

  @Override
  public void connect(Packet will, Listener listener) throws ProblemException {
    close();
    MqttConnectOptions options = options(will);
    Optional<SSLSocketFactory> tls =
        link.tls() ? Optional.of(TlsSockets.of(link)) : Optional.empty();
    try {
      client = new SteadyClient3(link, tls, clientId);
      client.setCallback(new Events(listener));
      client.connect(options).waitForCompletion(link.connectTimeout().toMillis());
    } catch (MqttException e) {
      close();
      throw isRefusal(e) ? ConnectProblems.refused(link, e) : ConnectProblems.unreachable(link, e);
    }
  }

  private static boolean isRefusal(MqttException e) {
    return switch (e.getReasonCode()) {
      case MqttException.REASON_CODE_FAILED_AUTHENTICATION,
          MqttException.REASON_CODE_NOT_AUTHORIZED,
          MqttException.REASON_CODE_INVALID_CLIENT_ID,
          MqttException.REASON_CODE_INVALID_PROTOCOL_VERSION ->
          true;
      default -> false;
    };
  }

  @Override
  public boolean isConnected() {
    MqttAsyncClient current = client;
    return current != null && current.isConnected();
  }

  @Override
  public CompletableFuture<Void> subscribe(String filter, boolean asSent) {
    return whenDone(
        (current, answer) -> current.subscribe(filter, Packet.QOS, null, answer),
        token ->
            token.getGrantedQos().length > 0 && token.getGrantedQos()[0] >= SUBSCRIPTION_REFUSED
                ? Optional.of(new RefusedException("no subscription to " + filter))
                : Optional.empty());
  }

  @Override
  public CompletableFuture<Void> publish(Packet packet) {
    return whenDone(
        (current, answer) ->
            current.publish(
                packet.topic(), packet.bytes(), Packet.QOS, packet.retained(), null, answer),
        token -> Optional.empty());
  }

  private interface Request {
    void send(MqttAsyncClient to, IMqttActionListener answer) throws MqttException;
  }

  private interface Verdict {
    Optional<RefusedException> of(IMqttToken token);
  }

  private CompletableFuture<Void> whenDone(Request request, Verdict verdict) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    MqttAsyncClient current = client;
    if (current == null) {
      done.completeExceptionally(new IOException("there is no connection"));
      return done;
    }
    try {
      request.send(
          current,
          new IMqttActionListener() {
            @Override
            public void onSuccess(IMqttToken token) {
              Optional<RefusedException> refusal = verdict.of(token);
              if (refusal.isPresent()) {
                done.completeExceptionally(refusal.get());
              } else {
                done.complete(null);
              }
            }

            @Override
            public void onFailure(IMqttToken token, Throwable cause) {
              done.completeExceptionally(cause);
            }
          });
    } catch (MqttException e) {
      done.completeExceptionally(e);
    }
    return done;
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

  private MqttConnectOptions options(Packet will) throws ProblemException {
    MqttConnectOptions options = new MqttConnectOptions();
    options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
    options.setCleanSession(false);
    options.setAutomaticReconnect(false);
    options.setMaxInflight(MAX_IN_FLIGHT);
    options.setConnectionTimeout((int) Math.max(1, link.connectTimeout().toSeconds()));
    options.setKeepAliveInterval((int) BrokerLink.KEEP_ALIVE.toSeconds());
    options.setWill(will.topic(), will.bytes(), Packet.QOS, will.retained());
    if (link.login().isPresent()) {
      BrokerLink.Login login = link.login().get();
      options.setUserName(PemFiles.secret(login.userFile()));
      options.setPassword(PemFiles.secret(login.passwordFile()).toCharArray());
    }
    return options;
  }

  private record Events(Listener listener) implements MqttCallback {
    @Override
    public void connectionLost(Throwable cause) {
      listener.connectionLost(cause == null ? "closed" : String.valueOf(cause.getMessage()));
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
      listener.received(
          new Incoming(
              topic, message.getPayload(), message.isRetained(), Optional.empty(), new byte[0]));
    }

    @Override
    public void deliveryComplete(IMqttDeliveryToken token) {
      // Each packet has its own listener.
    }
  }
}
