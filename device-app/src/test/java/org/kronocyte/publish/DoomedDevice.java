package org.kronocyte.publish;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Random;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.mqtt.AutoTransport;

/** A process of its own that publishes until somebody kills it. */
final class DoomedDevice {
  private DoomedDevice() {}

  public static void main(String[] args) throws InterruptedException, ProblemException {
    BrokerLink link = BrokerLink.of(args[0], Optional.empty(), Optional.empty());
    new Publisher(
            AutoTransport.of(link, "kronocyte-doomed"),
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
