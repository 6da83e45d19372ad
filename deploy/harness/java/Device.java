import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.kronocyte.publish.Backoff;
import org.kronocyte.publish.BrokerLink;
import org.kronocyte.publish.DeviceAddress;
import org.kronocyte.publish.DeviceClock;
import org.kronocyte.publish.DeviceStatus;
import org.kronocyte.publish.LinkPlan;
import org.kronocyte.publish.MemoryOutbox;
import org.kronocyte.publish.Message;
import org.kronocyte.publish.Messages;
import org.kronocyte.publish.Publisher;
import org.kronocyte.publish.PublisherOptions;
import org.kronocyte.publish.mqtt.AutoTransport;

/** The publishing half of a device, with numbered messages. */
final class Device implements AutoCloseable {
  static final DeviceAddress ADDRESS = new DeviceAddress("clinic-1", "scope-1");

  private final AtomicLong fields = new AtomicLong();
  private final AtomicLong slides = new AtomicLong();
  private final Publisher publisher;

  /**
   * @param silence after which a link is taken for dead
   * @param reconnectMax longest wait between two attempts
   */
  Device(BrokerLink link, Duration silence, Duration reconnectMax, Random random) {
    DeviceClock clock = DeviceClock.unverified(Clock.systemUTC());
    publisher =
        new Publisher(
            AutoTransport.of(link, "kronocyte-scope-1"),
            new MemoryOutbox(MemoryOutbox.STANDARD_BYTES),
            new Messages(ADDRESS, UUID.randomUUID(), clock),
            new DeviceStatus(
                DeviceStatus.State.READY,
                Map.of("kronocyte", "harness"),
                Map.of(),
                true,
                List.of()),
            new Backoff(Duration.ofMillis(50), reconnectMax, random),
            clock,
            new PublisherOptions(
                new Publisher.Patience(silence, Duration.ofSeconds(5), Duration.ofSeconds(2)),
                LinkPlan.STANDARD,
                Duration.ofSeconds(1),
                List.of(),
                command -> {}));
    publisher.start();
  }

  /** A message of so many bytes, more or less; each result is of a slide of its own. */
  void offer(Message.Kind kind, int bytes) {
    boolean slide = kind == Message.Kind.SLIDE;
    long number = (slide ? slides : fields).incrementAndGet();
    String topic = slide ? ADDRESS.slide("s" + number) : ADDRESS.field("s");
    String json =
        "{\"number\":"
            + number
            + ",\"historical\":false,\"filling\":\""
            + "x".repeat(Math.max(0, bytes - 60))
            + "\"}";
    publisher.offer(new Message(kind, topic, json, Clock.systemUTC().instant(), false));
  }

  long offered() {
    return fields.get() + slides.get();
  }

  boolean connected() {
    return (boolean) publisher.figures().get("broker_connected");
  }

  int waiting() {
    return (int) publisher.figures().get("outbox_messages");
  }

  long dropped() {
    return (long) publisher.figures().get("dropped_messages");
  }

  @Override
  public void close() {
    publisher.close();
  }
}
