package org.kronocyte.publish.mqtt;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.kronocyte.publish.BrokerLink;

/**
 * The socket of one connection, below both of Paho's clients, by TCP or TLS.
 *
 * <p>Their own can't be given up when the broker is frozen: the one for MQTT 5 never closes a TLS
 * connection that the broker hasn't closed, and closing TLS waits for whoever hangs in writing. So
 * here TLS is laid over a plain socket, and the plain one is closed; what hangs in it then fails.
 *
 * <p>Any thread may stop it at any time; a stopped one doesn't start again.
 */
final class BrokerSocket {
  /** After so long without a byte Paho's reader looks whether it is still wanted. */
  private static final Duration LOOK_AROUND = Duration.ofSeconds(1);

  private final URI uri;
  private final int timeoutMs;
  private final Optional<SSLSocketFactory> tls;
  private final Socket plain = new Socket();
  private volatile Socket speaking = plain;

  /**
   * @param tls what a link with TLS trusts and shows
   */
  BrokerSocket(BrokerLink link, Optional<SSLSocketFactory> tls) {
    this.uri = link.uri();
    this.timeoutMs = Math.toIntExact(link.connectTimeout().toMillis());
    this.tls = tls;
  }

  /** Connects, and with TLS checks that the broker is who the link says; leaves nothing if not. */
  void start() throws IOException {
    try {
      plain.connect(new InetSocketAddress(uri.getHost(), uri.getPort()), timeoutMs);
      if (tls.isPresent()) {
        speaking = secured(tls.get());
      }
      plain.setSoTimeout((int) LOOK_AROUND.toMillis());
    } catch (IOException | RuntimeException e) {
      stop();
      throw e;
    }
  }

  private SSLSocket secured(SSLSocketFactory factory) throws IOException {
    plain.setSoTimeout(timeoutMs);
    SSLSocket secured = (SSLSocket) factory.createSocket(plain, uri.getHost(), uri.getPort(), true);
    SSLParameters parameters = secured.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    secured.setSSLParameters(parameters);
    secured.startHandshake();
    return secured;
  }

  /** What comes from the broker; {@link SteadyInput} says when it ends. */
  InputStream input() throws IOException {
    return new SteadyInput(speaking.getInputStream());
  }

  OutputStream output() throws IOException {
    return speaking.getOutputStream();
  }

  String uri() {
    return uri.toString();
  }

  /** Gives the connection up at once, whoever waits for it. Idempotent. */
  void stop() throws IOException {
    plain.close();
  }
}
