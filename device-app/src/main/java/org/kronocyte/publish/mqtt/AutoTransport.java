package org.kronocyte.publish.mqtt;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLException;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.BrokerLink;
import org.kronocyte.publish.Packet;
import org.kronocyte.publish.Transport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * MQTT 5 where the broker speaks it, else 3.1.1. Found out anew at each connect, since a broker can
 * be replaced; that costs a 3.1.1 broker one more connection.
 */
public final class AutoTransport implements Transport {
  private static final Logger log = LoggerFactory.getLogger(AutoTransport.class);

  /** Client identifier, credentials, authorisation, banned. */
  private static final Set<Integer> REFUSED_WHATEVER_THE_VERSION = Set.of(0x85, 0x86, 0x87, 0x8A);

  private final Transport v5;
  private final Transport v3;
  private Transport used;
  private boolean saidSo;

  AutoTransport(Transport v5, Transport v3) {
    this.v5 = v5;
    this.v3 = v3;
    this.used = v5;
  }

  /** The transport a link asks for. */
  public static Transport of(BrokerLink link, String clientId) {
    return switch (link.protocol()) {
      case V3_1_1 -> new Mqtt3Transport(link, clientId);
      case V5 -> new Mqtt5Transport(link, clientId);
      case AUTO ->
          new AutoTransport(new Mqtt5Transport(link, clientId), new Mqtt3Transport(link, clientId));
    };
  }

  @Override
  public void connect(Packet will, Listener listener) throws ProblemException {
    close();
    try {
      v5.connect(will, listener);
      use(v5);
    } catch (ProblemException first) {
      if (!versionMayBeTheFault(first)) {
        throw first;
      }
      try {
        v3.connect(will, listener);
        use(v3);
        if (!saidSo) {
          saidSo = true;
          log.info("the broker doesn't speak MQTT 5 ({}); 3.1.1 it is", first.getMessage());
        }
      } catch (ProblemException second) {
        // The fault isn't the version, so the newer protocol has the better words for it.
        first.addSuppressed(second);
        throw first;
      }
    }
  }

  /** Not with nobody there, a certificate that won't do or a login refused. */
  private static boolean versionMayBeTheFault(ProblemException problem) {
    for (Throwable t = problem.getCause(); t != null; t = t.getCause()) {
      if (t instanceof ConnectException
          || t instanceof UnknownHostException
          || t instanceof NoRouteToHostException
          || t instanceof SSLException) {
        return false;
      }
      if (t instanceof MqttException e
          && REFUSED_WHATEVER_THE_VERSION.contains(e.getReasonCode())) {
        return false;
      }
    }
    return problem.problem().code().startsWith("broker_");
  }

  private synchronized void use(Transport transport) {
    used = transport;
  }

  private synchronized Transport used() {
    return used;
  }

  @Override
  public boolean isConnected() {
    return used().isConnected();
  }

  @Override
  public int window() {
    return used().window();
  }

  @Override
  public CompletableFuture<Void> subscribe(String filter, boolean asSent) {
    return used().subscribe(filter, asSent);
  }

  @Override
  public CompletableFuture<Void> publish(Packet packet) {
    return used().publish(packet);
  }

  @Override
  public void disconnect(Duration limit) {
    used().disconnect(limit);
  }

  @Override
  public void close() {
    v5.close();
    v3.close();
  }
}
