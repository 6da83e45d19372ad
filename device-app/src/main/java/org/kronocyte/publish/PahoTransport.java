package org.kronocyte.publish;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.eclipse.paho.client.mqttv3.IMqttActionListener;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.kronocyte.problem.ProblemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * MQTT 3.1.1 by Eclipse Paho with a clean session and a new client for each connection. Paho's own
 * reconnecting and storing stay off: they lose or loop; {@link Publisher} does both.
 */
public final class PahoTransport implements Transport {
  private static final Logger log = LoggerFactory.getLogger(PahoTransport.class);
  private static final int MAX_IN_FLIGHT = 64;

  private final BrokerLink link;
  private final String clientId;
  private volatile MqttAsyncClient client;

  /**
   * @param clientId one for each device: a broker ends an older connection of the same id
   */
  public PahoTransport(BrokerLink link, String clientId) {
    this.link = Objects.requireNonNull(link, "link");
    this.clientId = Objects.requireNonNull(clientId, "clientId");
  }

  @Override
  public void connect(Packet will, LossListener listener) throws ProblemException {
    close();
    MqttConnectOptions options = options(will);
    try {
      client = new MqttAsyncClient(link.uri().toString(), clientId, new MemoryPersistence());
      client.setCallback(new LossCallback(listener));
      client.connect(options).waitForCompletion(link.connectTimeout().toMillis());
    } catch (MqttException e) {
      close();
      throw problem(e);
    }
  }

  @Override
  public boolean isConnected() {
    MqttAsyncClient current = client;
    return current != null && current.isConnected();
  }

  @Override
  public CompletableFuture<Void> publish(Packet packet) {
    CompletableFuture<Void> acknowledged = new CompletableFuture<>();
    MqttAsyncClient current = client;
    if (current == null) {
      acknowledged.completeExceptionally(new IOException("there is no connection"));
      return acknowledged;
    }
    try {
      current.publish(
          packet.topic(),
          packet.bytes(),
          Packet.QOS,
          packet.retained(),
          null,
          new IMqttActionListener() {
            @Override
            public void onSuccess(IMqttToken token) {
              acknowledged.complete(null);
            }

            @Override
            public void onFailure(IMqttToken token, Throwable cause) {
              acknowledged.completeExceptionally(cause);
            }
          });
    } catch (MqttException e) {
      acknowledged.completeExceptionally(e);
    }
    return acknowledged;
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
    options.setCleanSession(true);
    options.setAutomaticReconnect(false);
    options.setMaxInflight(MAX_IN_FLIGHT);
    options.setConnectionTimeout((int) Math.max(1, link.connectTimeout().toSeconds()));
    options.setKeepAliveInterval((int) BrokerLink.KEEP_ALIVE.toSeconds());
    options.setWill(will.topic(), will.bytes(), Packet.QOS, will.retained());
    if (link.login().isPresent()) {
      BrokerLink.Login login = link.login().get();
      options.setUserName(BrokerLink.readSecret(login.userFile()));
      options.setPassword(BrokerLink.readSecret(login.passwordFile()).toCharArray());
    }
    if (link.authorityFile().isPresent()) {
      options.setSocketFactory(TrustedAuthority.sockets(link.authorityFile().get()));
    }
    return options;
  }

  private ProblemException problem(MqttException e) {
    return switch (e.getReasonCode()) {
      case MqttException.REASON_CODE_FAILED_AUTHENTICATION,
          MqttException.REASON_CODE_NOT_AUTHORIZED,
          MqttException.REASON_CODE_INVALID_CLIENT_ID,
          MqttException.REASON_CODE_INVALID_PROTOCOL_VERSION ->
          new ProblemException(
              "broker_refused",
              "the broker " + link.uri() + " refused the connection: " + e.getMessage(),
              "check user name, password and the broker's access rules",
              e);
      default -> {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        yield new ProblemException(
            "broker_unreachable",
            "no connection to the broker " + link.uri() + ": " + cause.getMessage(),
            "check that it runs and that address, port and certificates are right",
            e);
      }
    };
  }

  private record LossCallback(LossListener listener) implements MqttCallback {
    @Override
    public void connectionLost(Throwable cause) {
      listener.connectionLost(cause == null ? "closed" : String.valueOf(cause.getMessage()));
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
      // Nothing is subscribed to.
    }

    @Override
    public void deliveryComplete(IMqttDeliveryToken token) {
      // Each packet has its own listener.
    }
  }
}
