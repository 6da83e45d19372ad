package org.kronocyte.publish;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Random;

/** A process of its own that publishes until somebody kills it. */
final class DoomedDevice {
  private DoomedDevice() {}

  public static void main(String[] args) throws InterruptedException {
    BrokerLink link =
        new BrokerLink(
            URI.create(args[0]), Optional.empty(), Optional.empty(), Duration.ofSeconds(5));
    new Publisher(
            new PahoTransport(link, "kronocyte-doomed"),
            new MemoryOutbox(MemoryOutbox.STANDARD_BYTES),
            Samples.messages(),
            Samples.status(DeviceStatus.State.READY),
            Backoff.standard(new Random(1)),
            InstantSource.system(),
            Publisher.Patience.STANDARD)
        .start();
    Thread.sleep(Duration.ofSeconds(60).toMillis());
  }
}
