package org.kronocyte.deploy;

import io.moquette.BrokerConstants;
import io.moquette.broker.Server;
import io.moquette.broker.config.IConfig;
import io.moquette.broker.config.MemoryConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Properties;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.EmbeddedBroker;
import org.kronocyte.publish.Messages;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moquette on 127.0.0.1, everything in memory. Anybody on this machine may connect without a login;
 * nobody from elsewhere can.
 */
public final class MoquetteBroker implements EmbeddedBroker {
  private static final Logger log = LoggerFactory.getLogger(MoquetteBroker.class);
  private static final String LOOPBACK = "127.0.0.1";

  /** The largest payload with room for a topic and headers. */
  private static final int MAX_PACKET_BYTES = Messages.MAX_BYTES + 4096;

  private Server server;

  @Override
  public Ports start(int mqttPort, int webSocketPort) throws ProblemException {
    if (server != null) {
      throw new IllegalStateException("the broker was started before");
    }
    Ports ports = new Ports(freeOf(mqttPort, 0), 0);
    ports = new Ports(ports.mqtt(), freeOf(webSocketPort, ports.mqtt()));
    Server starting = new Server();
    try {
      starting.startServer(config(ports));
    } catch (IOException e) {
      starting.stopServer();
      throw new ProblemException(
          "broker_failed", "the demo broker did not start: " + e.getMessage(), "try again", e);
    }
    server = starting;
    log.info("demo broker at {}:{}, WebSocket {}", LOOPBACK, ports.mqtt(), ports.webSocket());
    return ports;
  }

  @Override
  public void close() {
    if (server != null) {
      server.stopServer();
      server = null;
    }
  }

  private static IConfig config(Ports ports) {
    MemoryConfig config = new MemoryConfig(new Properties());
    config.setProperty(IConfig.HOST_PROPERTY_NAME, LOOPBACK);
    config.setProperty(IConfig.PORT_PROPERTY_NAME, Integer.toString(ports.mqtt()));
    config.setProperty(IConfig.WEB_SOCKET_PORT_PROPERTY_NAME, Integer.toString(ports.webSocket()));
    config.setProperty(IConfig.WEB_SOCKET_PATH_PROPERTY_NAME, "/mqtt");
    config.setProperty(
        BrokerConstants.WEB_SOCKET_MAX_FRAME_SIZE_PROPERTY_NAME,
        Integer.toString(MAX_PACKET_BYTES));
    config.setProperty(IConfig.NETTY_MAX_BYTES_PROPERTY_NAME, Integer.toString(MAX_PACKET_BYTES));
    config.setProperty(IConfig.ALLOW_ANONYMOUS_PROPERTY_NAME, "true");
    config.setProperty(IConfig.PERSISTENCE_ENABLED_PROPERTY_NAME, "false");
    // Otherwise Moquette reports each start to its makers.
    config.setProperty(IConfig.ENABLE_TELEMETRY_NAME, "false");
    return config;
  }

  /**
   * The port itself if nobody listens on it, or a free one for 0. Moquette doesn't say which port
   * it couldn't bind, nor which free one it took for WebSocket.
   */
  private static int freeOf(int port, int except) throws ProblemException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(
          new InetSocketAddress(
              InetAddress.getByAddress(LOOPBACK, new byte[] {127, 0, 0, 1}), port));
      if (socket.getLocalPort() == except) {
        return freeOf(port, except);
      }
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new ProblemException(
          "port_taken",
          "port " + port + " of " + LOOPBACK + " can't be used: " + e.getMessage(),
          "stop the program that has it, or choose another port",
          e);
    }
  }
}
