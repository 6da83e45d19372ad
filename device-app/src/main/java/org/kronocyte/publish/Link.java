package org.kronocyte.publish;

import java.util.function.LongSupplier;

/**
 * What is remembered of the link from one connection to the next; owned by the publisher's thread.
 */
record Link(
    TokenBucket rate, DayMeter day, SetAside aside, Replies replies, Dashboards dashboards) {
  /** The largest packet can go at once after a pause. */
  private static final long BURST = Messages.MAX_BYTES;

  static Link of(PublisherOptions options, LongSupplier nanoTime) {
    return new Link(
        new TokenBucket(options.plan().bytesPerSecond(), BURST, nanoTime),
        new DayMeter(options.plan().bytesPerDay(), nanoTime, options.ledger()),
        new SetAside(options.retryRefused(), nanoTime),
        new Replies(),
        new Dashboards(options.flattenings()));
  }

  void spend(Packet packet) {
    rate.spend(packet.wireBytes());
    day.spend(packet.wireBytes());
  }
}
