package org.kronocyte.publish;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kronocyte.classify.CellClass;
import org.kronocyte.classify.CellStatus;
import org.kronocyte.classify.ClassifiedCell;
import org.kronocyte.image.FrameOrigin;
import org.kronocyte.problem.Problem;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.slide.FieldResult;

class MessagesTest {
  private final Messages messages = Samples.messages();

  @Test
  void fieldMessageIsAsInTheGoldenFile() throws IOException {
    assertGolden("field-message", messages.field("s-1", 7, Samples.field()).json());
  }

  @Test
  void slideMessageIsAsInTheGoldenFile() throws IOException {
    Message slide = messages.slide(Samples.slide(false), SlideJson.State.FINAL, 3);
    assertEquals("kronocyte/v1/clinic-1/scope-2/slide/s-2026-0042", slide.topic());
    assertFalse(slide.packet(Samples.NOON).retained());
    assertGolden("slide-message", slide.json());
  }

  @Test
  void healthMessageIsAsInTheGoldenFile() throws IOException {
    Message health =
        messages.health(
            Map.of("cpu_celsius", 61.23456, "fields_read", 12, "throttled", false, "gate", "open"));
    assertEquals("kronocyte/v1/clinic-1/scope-2/health", health.topic());
    assertTrue(health.packet(Samples.NOON).retained());
    assertGolden("health", health.json());
  }

  @Test
  void mqttReq35AlertSaysWhatToDoAndIsRetained() throws IOException {
    Problem low = new Problem("disk_low", "12 MiB are left " + "x".repeat(600), "free some");
    Message alert = messages.alert(low);
    assertEquals("kronocyte/v1/clinic-1/scope-2/alert/disk_low", alert.topic());
    Packet packet = alert.packet(Samples.NOON.plusSeconds(61));
    assertTrue(packet.retained());
    assertTrue(packet.expiry().isEmpty());
    JsonNode json = SchemaCheck.assertValid(packet.payload());
    assertEquals("disk_low", json.get("alert").textValue());
    assertEquals("free some", json.get("remedy").textValue());
    assertEquals(500, json.get("message").textValue().length());
    assertTrue(json.get("historical").booleanValue());
    assertFalse(SchemaCheck.assertValid(alert.json()).get("historical").booleanValue());
    Message over = messages.alertOver("disk_low");
    assertEquals(alert.topic(), over.topic());
    Packet clears = over.whileOffline().packet(Samples.NOON.plusSeconds(61));
    assertEquals("", clears.payload());
    assertTrue(clears.retained());
  }

  @ParameterizedTest
  @EnumSource
  void mqttReq1StatusIsValidInEveryState(DeviceStatus.State state) throws IOException {
    Packet packet = messages.status(Samples.status(state));
    assertEquals("kronocyte/v1/clinic-1/scope-2/status", packet.topic());
    assertTrue(packet.retained());
    JsonNode json = SchemaCheck.assertValid(packet.payload());
    assertEquals(state.code(), json.get("state").textValue());
  }

  @Test
  void willIsTheStatusLostOfTheSameBoot() throws IOException {
    JsonNode will =
        SchemaCheck.assertValid(messages.will(Samples.status(DeviceStatus.State.BUSY)).payload());
    assertEquals("lost", will.get("state").textValue());
    assertEquals(Samples.BOOT.toString(), will.get("boot_id").textValue());
    assertTrue(messages.will(Samples.status(DeviceStatus.State.BUSY)).retained());
  }

  @Test
  void mqttReq4SequenceRisesOverAllKinds() throws IOException {
    long last = 0;
    for (String json :
        List.of(
            messages.health(Map.of()).json(),
            messages.field("s", 1, Samples.field()).json(),
            messages.status(Samples.status(DeviceStatus.State.READY)).payload(),
            messages.slide(Samples.slide(false), SlideJson.State.FINAL, 1).json())) {
      long seq = SchemaCheck.assertValid(json).get("seq").longValue();
      assertTrue(seq > last);
      last = seq;
    }
  }

  @Test
  void mqttReq7ResultIdIsStableAndItsOwn() throws IOException {
    assertEquals(fieldId(messages, "s", 1), fieldId(Samples.messages(), "s", 1));
    assertNotEquals(fieldId(messages, "s", 1), fieldId(messages, "s", 2));
    assertNotEquals(fieldId(messages, "s", 1), fieldId(messages, "t", 1));
    Messages otherBoot = new Messages(Samples.ADDRESS, UUID.randomUUID(), () -> Samples.NOON);
    assertNotEquals(fieldId(messages, "s", 1), fieldId(otherBoot, "s", 1));
    assertEquals(slideId(messages, 1), slideId(otherBoot, 2), "a slide outlives a power cut");
  }

  /** Ten years off, forth and back: nothing but the date said changes. */
  @Test
  void mqttReq6ClockThatJumpsChangesNoOrderAndExpiresNothing() throws IOException {
    Instant[] times = {
      Samples.NOON,
      Samples.NOON.plus(Duration.ofDays(3650)),
      Samples.NOON.minus(Duration.ofDays(3650))
    };
    for (Instant now : times) {
      AtomicReference<Instant> wall = new AtomicReference<>(Samples.NOON);
      Messages jumping =
          new Messages(
              Samples.ADDRESS, Samples.BOOT, new DeviceClock(wall::get, () -> 0, () -> false));
      Message before = jumping.field("s", 1, Samples.field());
      wall.set(now);
      Message after = jumping.field("s", 2, Samples.field());
      long last = SchemaCheck.assertValid(before.json()).get("seq").longValue();
      assertTrue(SchemaCheck.assertValid(after.json()).get("seq").longValue() > last);
      assertTrue(before.packet(now).expiry().isEmpty());
      assertEquals(fieldId(messages, "s", 1), fieldId(jumping, "s", 1));
    }
  }

  @Test
  void pathOfTheImageStaysOnTheDevice() throws IOException {
    String json = messages.field("s-1", 7, Samples.field()).json();
    assertFalse(json.contains("BLA/field 7.jpg"));
    assertEquals("s-1/7", SchemaCheck.assertValid(json).get("image").textValue());
  }

  @Test
  void lateOrOfflineResultIsHistorical() throws IOException {
    Message fresh = messages.field("s", 1, Samples.field());
    assertFalse(historical(fresh, Duration.ofSeconds(60)));
    assertTrue(historical(fresh, Duration.ofSeconds(61)));
    assertTrue(historical(fresh.whileOffline(), Duration.ZERO));
    Packet health = messages.health(Map.of()).whileOffline().packet(Samples.NOON.plusSeconds(90));
    assertNull(SchemaCheck.assertValid(health.payload()).get("historical"));
  }

  @Test
  void mqttReq3CrowdedFieldLosesItsProbabilitiesFirst() throws IOException {
    int cells = 800;
    JsonNode json = bounded(messages.field("s", 1, Samples.crowdedField(cells)));
    assertTrue(json.get("truncated").booleanValue());
    assertEquals(0, json.get("cells_omitted").intValue());
    assertEquals(cells, json.get("cells").size());
    assertNull(json.get("cells").get(0).get("probabilities"));
  }

  @Test
  void mqttReq3OvercrowdedFieldSaysHowManyCellsAreLeftOut() throws IOException {
    int cells = 5000;
    JsonNode json = bounded(messages.field("s", 1, Samples.crowdedField(cells)));
    assertTrue(json.get("truncated").booleanValue());
    assertEquals(cells, json.get("cells").size() + json.get("cells_omitted").intValue());
    assertTrue(json.get("cells").size() > 500);
  }

  @Test
  void ordinaryFieldIsWhole() throws IOException {
    JsonNode json = bounded(messages.field("s", 1, Samples.crowdedField(200)));
    assertNull(json.get("truncated"));
  }

  @Test
  void healthIsFlatAndItsFiguresFinite() throws IOException {
    assertThrows(IllegalArgumentException.class, () -> messages.health(Map.of("a", List.of())));
    assertThrows(IllegalArgumentException.class, () -> messages.health(Map.of("A b", 1)));
    assertThrows(IllegalArgumentException.class, () -> messages.health(Map.of("seq", 1)));
    JsonNode json =
        SchemaCheck.assertValid(messages.health(Map.of("x", Double.NaN, "y", 1.5)).json());
    assertNull(json.get("x"));
    assertEquals(1.5, json.get("y").doubleValue());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Clinic", "a/b", "a+", "ä", "#", "a b"})
  void identifierThatIsNoTopicLevelIsRefused(String identifier) {
    ProblemException e =
        assertThrows(ProblemException.class, () -> DeviceAddress.of("site", identifier));
    assertEquals("bad_identifier", e.problem().code());
    assertThrows(IllegalArgumentException.class, () -> Samples.ADDRESS.slide(identifier));
  }

  private static boolean historical(Message message, Duration after) throws IOException {
    Packet packet = message.packet(Samples.NOON.plus(after));
    return SchemaCheck.assertValid(packet.payload()).get("historical").booleanValue();
  }

  private static JsonNode bounded(Message message) throws IOException {
    assertTrue(message.bytes() <= Messages.MAX_BYTES, () -> message.bytes() + " bytes");
    return SchemaCheck.assertValid(message.json());
  }

  private static String fieldId(Messages from, String slide, int number) throws IOException {
    String json = from.field(slide, number, Samples.field()).json();
    return SchemaCheck.assertValid(json).get("result_id").textValue();
  }

  private static String slideId(Messages from, int revision) throws IOException {
    String json = from.slide(Samples.slide(false), SlideJson.State.PRELIMINARY, revision).json();
    return SchemaCheck.assertValid(json).get("result_id").textValue();
  }

  private static void assertGolden(String name, String json) throws IOException {
    JsonNode written = SchemaCheck.assertValid(json);
    assertEquals(ResultJsonTest.golden(name).toPrettyString(), written.toPrettyString());
  }

  @Test
  void mqttReq32PictureOfACellIsValidBoundedAndWorthLessThanAField() throws Exception {
    ClassifiedCell cell = Samples.cell(3, CellClass.BLA, CellStatus.UNCERTAIN, "low_probability");
    byte[] largest = new byte[CellPicture.MAX_BYTES];
    new Random(6).nextBytes(largest);
    CellPicture picture = new CellPicture(cell, largest, 80, 0.1234567);
    Messages messages = Samples.messages();
    Message message = messages.crop("s-1", 12, Samples.field(), picture);
    JsonNode json = SchemaCheck.assertValid(message.json());
    assertEquals("kronocyte/v1/clinic-1/scope-2/crop/s-1/12-3", message.topic());
    assertArrayEquals(largest, Base64.getDecoder().decode(json.get("jpeg").textValue()));
    assertEquals("BLA", json.get("label").textValue());
    assertEquals(12, json.get("field").intValue());
    assertEquals(3, json.get("cell").intValue());
    assertTrue(message.bytes() < Messages.MAX_BYTES / 4, message.bytes() + " bytes");
    assertEquals(Message.Kind.CROP, message.kind());
    assertTrue(Message.Kind.CROP.worth() < Message.Kind.FIELD.worth());
    assertFalse(LinkPlan.STANDARD.isUrgent(message));
    ((ObjectNode) json).put("more", 1);
    SchemaCheck.assertInvalid(json);
    byte[] larger = new byte[CellPicture.MAX_BYTES + 1];
    assertThrows(IllegalArgumentException.class, () -> new CellPicture(cell, larger, 80, 0.1));
    FieldResult drawn = Samples.field(FrameOrigin.Kind.SIMULATED, List.of(cell));
    String said = messages.crop("s-1", 13, drawn, picture).json();
    assertTrue(SchemaCheck.assertValid(said).get("notice").textValue().startsWith("SIMULATED"));
  }
}
