package org.kronocyte.app;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.kronocyte.publish.BrokerLink;
import org.kronocyte.publish.CropChoice;
import org.kronocyte.publish.DrainOrder;
import org.kronocyte.publish.Flattening;
import org.kronocyte.publish.LinkPlan;
import org.kronocyte.publish.command.Verb;

/**
 * How a station reaches others, and what they may do with it.
 *
 * @param broker where, and how to log in
 * @param plan what the link is used for
 * @param order which slide's messages go first
 * @param crops of which cells pictures go out
 * @param reconnectMax longest wait between two attempts to connect
 * @param commands verbs that are done; all others are refused
 * @param flattenings for dashboards that don't know our messages
 */
public record Uplink(
    BrokerLink broker,
    LinkPlan plan,
    DrainOrder order,
    CropChoice crops,
    Duration reconnectMax,
    Set<Verb> commands,
    List<Flattening> flattenings) {
  public Uplink {
    commands = Set.copyOf(commands);
    flattenings = List.copyOf(flattenings);
  }

  /** Always connected, no commands, no flattening. */
  public static Uplink plain(BrokerLink broker) {
    return new Uplink(
        broker,
        LinkPlan.STANDARD,
        DrainOrder.OLDEST_FIRST,
        CropChoice.NONE,
        Duration.ofMinutes(1),
        Set.of(),
        List.of());
  }
}
