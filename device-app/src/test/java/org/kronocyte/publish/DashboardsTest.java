package org.kronocyte.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DashboardsTest {
  private static final Packet PACKET = new Packet("flat", "{}", false);

  private final Dashboards dashboards =
      new Dashboards(
          List.of(
              new Flattening() {
                @Override
                public List<Packet> atConnect() {
                  return List.of(PACKET);
                }

                @Override
                public List<Packet> beside(Message message) {
                  return List.of(PACKET, PACKET);
                }
              }));

  private int said() {
    Message message = new Message(Message.Kind.HEALTH, "h", "{}", Samples.NOON, false);
    return dashboards.atConnect().size() + dashboards.beside(message).size();
  }

  @Test
  void twoLossesInARowWithTheSameTopicOldestEndIt() {
    assertEquals(3, said());
    assertFalse(dashboards.connectionLost(Optional.of("flat")));
    assertEquals(3, said());
    assertTrue(dashboards.connectionLost(Optional.of("flat")));
    assertEquals(0, said());
    assertFalse(dashboards.connectionLost(Optional.empty()), "it is said once");
  }

  /** As on a link that is often lost. */
  @Test
  void whatGetsThroughOrAnotherOldestClearsTheSuspicion() {
    assertFalse(dashboards.connectionLost(Optional.of("flat")));
    dashboards.acknowledged("flat");
    assertFalse(dashboards.connectionLost(Optional.of("flat")));
    dashboards.acknowledged("another");
    assertFalse(dashboards.connectionLost(Optional.of("another")));
    assertFalse(dashboards.connectionLost(Optional.empty()));
    assertFalse(dashboards.connectionLost(Optional.of("another")));
    assertEquals(3, said());
  }
}
