package org.kronocyte.publish;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * One message on its way out; immutable, so any thread may hold it and any outbox may store it.
 *
 * @param topic full MQTT topic
 * @param json payload; nothing for a message that only clears what is retained
 * @param createdAt when the result was made
 * @param queuedOffline it was offered while there was no connection
 */
public record Message(
    Kind kind, String topic, String json, Instant createdAt, boolean queuedOffline) {
  /** What is carried, the least worth first: what a full outbox drops first and delivers last. */
  public enum Kind {
    HEALTH(0),
    CROP(10),
    FIELD(20),
    ALERT(30),
    /** A slide's result; never dropped. */
    SLIDE(40);

    private final int worth;

    Kind(int worth) {
      this.worth = worth;
    }

    /** More is delivered first and dropped last; kept on disk, so a kind's number never changes. */
    int worth() {
      return worth;
    }
  }

  /** A result delivered later than this is marked {@code historical}. */
  public static final Duration LATE = Duration.ofSeconds(60);

  /** With MQTT 5 the broker forgets older figures; results never expire. */
  static final Duration HEALTH_EXPIRY = Duration.ofDays(1);

  public Message {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(topic, "topic");
    Objects.requireNonNull(json, "json");
    Objects.requireNonNull(createdAt, "createdAt");
  }

  /** The same, marked as offered while there was no connection: it will be delivered late. */
  public Message whileOffline() {
    return new Message(kind, topic, json, createdAt, true);
  }

  /** Whether an older one of its kind and topic that still waits is out of date. */
  boolean replacesOlder() {
    return kind == Kind.HEALTH || kind == Kind.ALERT || kind == Kind.SLIDE;
  }

  /** What keeps its order, whatever {@link DrainOrder} says; of crops, all of a slide. */
  String family() {
    return family(kind, topic);
  }

  static String family(Kind kind, String topic) {
    return switch (kind) {
      case SLIDE, FIELD -> topic;
      case CROP -> topic.substring(0, topic.lastIndexOf('/') + 1);
      case ALERT, HEALTH -> "";
    };
  }

  boolean replaces(Message older) {
    return replacesOlder() && kind == older.kind && topic.equals(older.topic);
  }

  /** Makes the broker forget what it retains of the topic: how an alert is cleared. */
  boolean clearing() {
    return json.isEmpty();
  }

  /** The result of a slide that still runs: the next one will say more. */
  boolean preliminary() {
    String state = Json.readObject(json).path("state").asText();
    return kind == Kind.SLIDE && state.equals(SlideJson.State.PRELIMINARY.code());
  }

  int bytes() {
    return json.getBytes(StandardCharsets.UTF_8).length;
  }

  /**
   * The packet to send at {@code now}: a result that is late says {@code "historical": true}.
   * Figures of health and alerts are retained, results are not.
   */
  Packet packet(Instant now) {
    String payload = json;
    boolean late = queuedOffline || Duration.between(createdAt, now).compareTo(LATE) > 0;
    if (kind != Kind.HEALTH && late && !clearing()) {
      ObjectNode node = Json.readObject(json);
      node.put("historical", true);
      payload = Json.write(node);
    }
    boolean health = kind == Kind.HEALTH;
    Optional<Duration> expiry = health ? Optional.of(HEALTH_EXPIRY) : Optional.empty();
    boolean retained = health || kind == Kind.ALERT;
    return new Packet(topic, payload, retained, expiry, new byte[0]);
  }
}
