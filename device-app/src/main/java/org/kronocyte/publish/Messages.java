package org.kronocyte.publish;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.kronocyte.problem.Problem;
import org.kronocyte.slide.FieldResult;
import org.kronocyte.slide.SlideSummary;

/**
 * Makes the messages of one run of the device. Each carries an envelope: {@code boot_id} (this
 * run), {@code seq} (rising within the run, in order of making, not of delivery), {@code at} with
 * the worth of the {@code clock}, {@code uptime_ms} by a clock that nobody can set, {@code site}
 * and {@code device}. Safe for any number of threads.
 */
public final class Messages {
  /** No payload is larger, in UTF-8 bytes. A broker must accept packets of this size. */
  public static final int MAX_BYTES = 256 * 1024;

  /** With MQTT 5 the broker forgets an answer nobody has fetched for so long. */
  static final Duration ACK_EXPIRY = Duration.ofDays(1);

  private static final int MAX_ALERT_TEXT = 500;

  private final DeviceAddress address;
  private final UUID bootId;
  private final DeviceClock clock;
  private final AtomicLong seq = new AtomicLong();

  /**
   * With a clock that nobody vouches for.
   *
   * @param bootId random for each start of the daemon
   */
  public Messages(DeviceAddress address, UUID bootId, InstantSource clock) {
    this(address, bootId, DeviceClock.unverified(clock));
  }

  /**
   * @param bootId random for each start of the daemon
   */
  public Messages(DeviceAddress address, UUID bootId, DeviceClock clock) {
    this.address = Objects.requireNonNull(address, "address");
    this.bootId = Objects.requireNonNull(bootId, "bootId");
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  /**
   * A field of a slide. The frame's own name stays on the device, as a path may say more than it
   * should: {@code image} becomes {@code <slide>/<number>}. If it is too large, first the {@code
   * probabilities} go, then cells from the end; both set {@code truncated}.
   *
   * @param slide identifier of the slide
   * @param number of the field within the slide, from 1
   */
  public Message field(String slide, int number, FieldResult field) {
    return field(slide, Optional.empty(), number, field);
  }

  /**
   * The same with what cells were named with.
   *
   * @param siteCalibration of the slide
   */
  public Message field(
      String slide, Optional<String> siteCalibration, int number, FieldResult field) {
    ObjectNode json = FieldJson.of(field);
    siteCalibration.ifPresent(site -> json.put("site_calibration", site));
    json.put("image", slide + "/" + number);
    json.put("slide", slide);
    json.put("field", number);
    Instant at = envelope(json);
    json.put("result_id", resultId("field", bootId.toString(), slide, Integer.toString(number)));
    json.put("historical", false);
    String text = Json.write(json);
    if (Cutting.tooLarge(text)) {
      text = Cutting.field(json);
    }
    return new Message(Message.Kind.FIELD, address.field(slide), text, at, false);
  }

  /**
   * A slide's differential. Its {@code result_id} doesn't depend on the run, so that a slide gone
   * on with after a power cut stays the same result.
   *
   * @param revision rises with every summary of this slide, from 1
   */
  public Message slide(SlideSummary slide, SlideJson.State state, int revision) {
    ObjectNode json = SlideJson.of(slide, state);
    Instant at = envelope(json);
    json.put("result_id", resultId("slide", slide.startedAt().toString(), slide.slide()));
    json.put("revision", revision);
    json.put("historical", false);
    String text = Json.write(json);
    if (Cutting.tooLarge(text)) {
      text = Cutting.slide(json);
    }
    return new Message(Message.Kind.SLIDE, address.slide(slide.slide()), text, at, false);
  }

  /**
   * What one cell of a field looks like; always smaller than {@link #MAX_BYTES}.
   *
   * @param number of the field within the slide, from 1
   */
  public Message crop(String slide, int number, FieldResult field, CellPicture picture) {
    ObjectNode json = CropJson.of(slide, number, field, picture);
    Instant at = envelope(json);
    String cell = number + "-" + picture.cell().cell().id();
    json.put("result_id", resultId("crop", bootId.toString(), slide, cell));
    json.put("historical", false);
    return new Message(Message.Kind.CROP, address.crop(slide, cell), Json.write(json), at, false);
  }

  /**
   * Figures of health on one level. A number that isn't finite is left out, as JSON has no word for
   * it; text is cut at 200 characters.
   *
   * @param figures numbers, strings or booleans by {@code lower_case} name, at most 200
   * @throws IllegalArgumentException for another kind of value or name
   */
  public Message health(Map<String, ?> figures) {
    ObjectNode json = HealthJson.of(figures);
    Instant at = envelope(json);
    return new Message(Message.Kind.HEALTH, address.health(), Json.write(json), at, false);
  }

  /**
   * Something a person should see to, retained by the broker until {@link #alertOver}; texts are
   * cut at 500 characters.
   *
   * @param problem its code names the alert
   */
  public Message alert(Problem problem) {
    ObjectNode json = Json.object();
    json.put("schema", "kronocyte/alert/1");
    json.put("alert", problem.code());
    json.put("message", cut(problem.message()));
    json.put("remedy", cut(problem.remedy()));
    Instant at = envelope(json);
    json.put("historical", false);
    String topic = address.alert(problem.code());
    return new Message(Message.Kind.ALERT, topic, Json.write(json), at, false);
  }

  /** Clears an alert, also one of an earlier run or one that still waits: an empty payload. */
  public Message alertOver(String id) {
    return new Message(Message.Kind.ALERT, address.alert(id), "", clock.instant(), false);
  }

  private static String cut(String text) {
    return text.length() <= MAX_ALERT_TEXT ? text : text.substring(0, MAX_ALERT_TEXT);
  }

  /** The device's state, to be retained by the broker. */
  Packet status(DeviceStatus status) {
    ObjectNode json = Json.object();
    json.put("schema", "kronocyte/status/1");
    json.put("state", status.state().code());
    json.put("simulated", status.simulated());
    ObjectNode versions = json.putObject("versions");
    new TreeMap<>(status.versions()).forEach(versions::put);
    ObjectNode models = json.putObject("models");
    new TreeMap<>(status.models()).forEach(models::put);
    json.set("reasons", Json.strings(status.reasons()));
    envelope(json);
    return new Packet(address.status(), Json.write(json), true);
  }

  /** What the broker is to say of the device should it vanish; {@code at} is when it was left. */
  Packet will(DeviceStatus status) {
    return status(status.with(DeviceStatus.State.LOST, "The connection to the device broke off."));
  }

  /** The answer to a command, to be sent by {@link #ack(String, String, Optional, byte[])}. */
  public String ack(Ack ack) {
    return ack(ack, Optional.empty());
  }

  /** The same to a command about site calibrations that was done. */
  public String ack(Ack ack, SiteAnswer sites) {
    return ack(ack, Optional.of(sites));
  }

  private String ack(Ack ack, Optional<SiteAnswer> sites) {
    ObjectNode json = Json.object();
    json.put("schema", Ack.SCHEMA);
    json.put("request_id", ack.requestId());
    json.put("verb", ack.verb());
    json.put("outcome", ack.outcome().code());
    json.put("reason", ack.reason());
    json.put("message", ack.message());
    json.put("expiry", ack.expiry().code());
    sites.ifPresent(now -> json.set("calibration", SiteAnswerJson.of(now)));
    envelope(json);
    return Json.write(json);
  }

  /**
   * An answer on its way, perhaps one made by an earlier run.
   *
   * @param replyTo a topic below this device's {@code ack}, if the sender wants it there
   * @param correlation to be given back, with MQTT 5
   */
  public Packet ack(String requestId, String json, Optional<String> replyTo, byte[] correlation) {
    String usual = address.ack(requestId);
    String topic = replyTo.filter(t -> address.isAck(t)).orElse(usual);
    return new Packet(topic, json, false, Optional.of(ACK_EXPIRY), correlation);
  }

  /** Whose messages these are. */
  public DeviceAddress address() {
    return address;
  }

  UUID bootId() {
    return bootId;
  }

  private Instant envelope(ObjectNode json) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    json.put("boot_id", bootId.toString());
    json.put("seq", seq.incrementAndGet());
    json.put("at", now.toString());
    json.put("clock", clock.quality().code());
    json.put("uptime_ms", clock.uptime().toMillis());
    json.put("site", address.site());
    json.put("device", address.device());
    return now;
  }

  /** The same for the same result whenever it is made. */
  private String resultId(String kind, String... parts) {
    String name = String.join("/", kind, address.site(), address.device(), String.join("/", parts));
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
  }
}
