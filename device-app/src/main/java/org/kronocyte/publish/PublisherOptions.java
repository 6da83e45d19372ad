package org.kronocyte.publish;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * What may be chosen about a {@link Publisher}.
 *
 * @param ledger where the count of the plan's bytes a day is kept
 * @param retryRefused when to offer the broker again what it refused, for the first time
 * @param commands told of commands on a thread of the transport; must return at once
 */
public record PublisherOptions(
    Publisher.Patience patience,
    LinkPlan plan,
    DayLedger ledger,
    Duration retryRefused,
    List<Flattening> flattenings,
    Consumer<Incoming> commands) {
  public PublisherOptions {
    Objects.requireNonNull(patience, "patience");
    Objects.requireNonNull(plan, "plan");
    Objects.requireNonNull(ledger, "ledger");
    Objects.requireNonNull(retryRefused, "retryRefused");
    Objects.requireNonNull(commands, "commands");
    flattenings = List.copyOf(flattenings);
  }

  /** The same with a count of the day's bytes that begins with the program. */
  public PublisherOptions(
      Publisher.Patience patience,
      LinkPlan plan,
      Duration retryRefused,
      List<Flattening> flattenings,
      Consumer<Incoming> commands) {
    this(patience, plan, DayLedger.NONE, retryRefused, flattenings, commands);
  }

  /** Always connected, no flattening, and commands are passed over. */
  public static PublisherOptions of(Publisher.Patience patience) {
    return new PublisherOptions(
        patience, LinkPlan.STANDARD, Duration.ofMinutes(1), List.of(), command -> {});
  }
}
