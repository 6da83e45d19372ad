package org.kronocyte.publish;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * What is remembered of the link from one connection to the next; owned by the publisher's thread.
 */
record Link(TokenBucket rate, DayMeter day, SetAside aside, Replies replies) {
  /** The largest packet can go at once after a pause. */
  private static final long BURST = Messages.MAX_BYTES;

  static Link of(LinkPlan plan, Duration retryRefused, DayLedger ledger, LongSupplier nanoTime) {
    return new Link(
        new TokenBucket(plan.bytesPerSecond(), BURST, nanoTime),
        new DayMeter(plan.bytesPerDay(), nanoTime, ledger),
        new SetAside(retryRefused, nanoTime),
        new Replies());
  }

  void spend(Packet packet) {
    rate.spend(packet.wireBytes());
    day.spend(packet.wireBytes());
  }
}
