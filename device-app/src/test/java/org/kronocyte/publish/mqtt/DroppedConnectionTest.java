package org.kronocyte.publish.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.BrokerLink;
import org.kronocyte.publish.Incoming;
import org.kronocyte.publish.Packet;
import org.kronocyte.publish.Transport;

/** Somebody who accepts connections only to drop them must not cost a thread each time. */
class DroppedConnectionTest {
  private static final int CONNECTIONS = 4;

  @ParameterizedTest
  @EnumSource(
      value = BrokerLink.Protocol.class,
      names = {"V3_1_1", "V5"})
  void connectionDroppedAtOnceLeavesNoThread(BrokerLink.Protocol protocol) throws Exception {
    String clientId = "dropped-" + protocol;
    try (ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread dropping = new Thread(() -> drop(door), "dropping");
      dropping.setDaemon(true);
      dropping.start();
      BrokerLink link =
          new BrokerLink(
              URI.create("tcp://127.0.0.1:" + door.getLocalPort()),
              protocol,
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Duration.ofSeconds(5));
      Transport transport = AutoTransport.of(link, clientId);
      for (int i = 0; i < CONNECTIONS; i++) {
        assertThrows(
            ProblemException.class,
            () -> transport.connect(new Packet("will", "gone", true), new Nobody()));
      }
      transport.close();
      long by = System.nanoTime() + Duration.ofSeconds(5).toNanos();
      while (threadsOf(clientId) > 0 && System.nanoTime() < by) {
        Thread.sleep(20);
      }
      assertEquals(0, threadsOf(clientId), "threads left by " + CONNECTIONS + " connections");
    }
  }

  private static void drop(ServerSocket door) {
    while (!door.isClosed()) {
      try {
        door.accept().close();
      } catch (IOException e) {
        return; // The test is over.
      }
    }
  }

  private static long threadsOf(String clientId) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().contains(clientId))
        .count();
  }

  private static final class Nobody implements Transport.Listener {
    @Override
    public void connectionLost(String reason) {}

    @Override
    public void received(Incoming message) {}
  }
}
