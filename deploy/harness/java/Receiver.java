import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Somebody at the broker who notes what arrives, by its number, each kind for itself. */
final class Receiver {
  /** By then one whose broker is gone has read what there was, on a busy machine, too. */
  private static final int LINGER_MS = 30_000;

  private final Pattern number;
  private final BiConsumer<String, String> alsoTo;
  private final Map<String, Set<Long>> seen = new HashMap<>();
  private final Supplier<Order> order;
  private final Map<String, Order> orders = new HashMap<>();
  private Subscriber subscriber;
  private int subscriptions;
  private long copies;
  private long disorder;
  private long payloadBytes;
  private long headerBytes;

  /**
   * @param name of the number in the messages by which they are told apart; it rises with each message made of a kind
   * @param order in which those of a kind should arrive
   * @param alsoTo gets each result's topic and payload, copies too
   */
  Receiver(String name, Supplier<Order> order, BiConsumer<String, String> alsoTo) {
    this.order = order;
    this.number = Pattern.compile("\"" + name + "\":(\\d+)");
    this.alsoTo = alsoTo;
  }

  /** Subscribes anew; returns when the broker has granted it. */
  void connect(int port) throws IOException, InterruptedException {
    retire();
    subscriptions++;
    subscriber =
        new Subscriber(port, "receiver-" + subscriptions, "kronocyte/v1/#", this::note);
  }

  /** Lets the last one read to the end of a broker that is gone. */
  private void retire() throws IOException, InterruptedException {
    if (subscriber != null) {
      if (!subscriber.ended(LINGER_MS)) {
        throw new IOException("the broker was ended, but the receiver is still connected");
      }
      subscriber.close();
    }
  }

  void close() throws IOException {
    subscriber.close();
  }

  private void note(String topic, String payload) {
    String[] levels = topic.split("/", -1);
    String kind = levels[4];
    Matcher matcher = number.matcher(payload);
    if (!(kind.equals("field") || kind.equals("slide")) || !matcher.find()) {
      return;
    }
    alsoTo.accept(topic, payload);
    count(kind, levels[5], Long.parseLong(matcher.group(1)), topic, payload);
  }

  private synchronized void count(String kind, String slide, long found, String topic, String payload) {
    if (!seen.computeIfAbsent(kind, k -> new HashSet<>()).add(found)) {
      copies++;
      return;
    }
    int bytes = payload.getBytes(StandardCharsets.UTF_8).length;
    payloadBytes += bytes;
    headerBytes += headers(topic, bytes);
    if (!orders.computeIfAbsent(kind, k -> order.get()).next(slide, found)) {
      disorder++;
    }
  }

  /** Of a PUBLISH packet of MQTT 5 with format and content type, as the device sends it. */
  private static int headers(String topic, int payload) {
    int variable = 2 + topic.length() + 2 + 1 + 2 + 3 + "application/json".length();
    int rest = variable + payload;
    int length = rest < 128 ? 1 : rest < 128 * 128 ? 2 : 3;
    return 1 + length + variable;
  }

  synchronized int distinct() {
    return seen.values().stream().mapToInt(Set::size).sum();
  }

  synchronized int distinct(String kind) {
    return seen.getOrDefault(kind, Set.of()).size();
  }

  synchronized long copies() {
    return copies;
  }

  synchronized long disorder() {
    return disorder;
  }

  /** Of distinct messages: what had to be sent. */
  synchronized long payloadBytes() {
    return payloadBytes;
  }

  synchronized long headerBytes() {
    return headerBytes;
  }
}
