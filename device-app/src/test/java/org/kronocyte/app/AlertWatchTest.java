package org.kronocyte.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kronocyte.publish.DeviceAddress;
import org.kronocyte.publish.Message;
import org.kronocyte.publish.Messages;
import org.kronocyte.publish.SchemaCheck;
import org.kronocyte.quality.QualityReport;

/** When alerts come and go. */
class AlertWatchTest {
  private static final long MIB = 1 << 20;

  private final List<Message> told = new ArrayList<>();
  private final Map<String, Object> figures = new HashMap<>();
  private boolean storing = true;
  private long now = Duration.ofDays(3).toNanos();
  private final AlertWatch watch =
      new AlertWatch(
          new Messages(
              new DeviceAddress("clinic-1", "scope-1"),
              new UUID(1, 2),
              InstantSource.fixed(TestFrames.NOON)),
          message -> storing && told.add(message),
          100 * MIB,
          () -> now);

  @BeforeEach
  void healthy() {
    figures.put("disk_free_bytes", 2000 * MIB);
    figures.put("outbox_bytes", 0);
    figures.put("dropped_messages", 0);
    figures.put("damaged_stores", 0);
    watch.look(figures);
    assertEquals(
        List.of(
            "-disk_low", "-outbox_filling", "-fields_unusable", "-store_salvaged", "-site_problem"),
        changes(),
        "what an earlier run raised is cleared");
  }

  /** What was told since, {@code +} for raised and {@code -} for cleared. */
  private List<String> changes() {
    List<String> changes = new ArrayList<>();
    for (Message m : told) {
      String id = m.topic().substring(m.topic().lastIndexOf('/') + 1);
      changes.add((m.json().isEmpty() ? "-" : "+") + id);
    }
    told.clear();
    return changes;
  }

  private List<String> look() {
    watch.look(figures);
    return changes();
  }

  private List<String> look(String name, Object value) {
    figures.put(name, value);
    return look();
  }

  @Test
  void nothingIsSaidTwice() {
    assertEquals(List.of(), look());
    assertEquals(List.of("+disk_low"), look("disk_free_bytes", 100 * MIB));
    assertEquals(List.of(), look());
  }

  /** As when the disk is full, which is what the alert is about. */
  @Test
  void whatCouldNotBeStoredIsSaidAgain() {
    storing = false;
    assertEquals(List.of(), look("disk_free_bytes", 0L));
    storing = true;
    assertEquals(List.of("+disk_low"), look());
    storing = false;
    assertEquals(List.of(), look("disk_free_bytes", 2000 * MIB));
    storing = true;
    assertEquals(List.of("-disk_low"), look());
    assertEquals(List.of(), look());
  }

  @Test
  void limitIsLeftLaterThanReached() {
    assertEquals(List.of(), look("disk_free_bytes", 256 * MIB));
    assertEquals(List.of("+disk_low"), look("disk_free_bytes", 256 * MIB - 1));
    assertEquals(List.of(), look("disk_free_bytes", 511 * MIB));
    assertEquals(List.of("-disk_low"), look("disk_free_bytes", 512 * MIB));
    assertEquals(List.of(), look("outbox_bytes", 80 * MIB - 1));
    assertEquals(List.of("+outbox_filling"), look("outbox_bytes", 80 * MIB));
    assertEquals(List.of(), look("outbox_bytes", 60 * MIB));
    assertEquals(List.of("-outbox_filling"), look("outbox_bytes", 60 * MIB - 1));
  }

  @Test
  void valueThatIsNotKnownRaisesNothing() {
    figures.clear();
    assertEquals(List.of(), look());
  }

  @Test
  void messageSaysTheValueSeen() throws Exception {
    figures.put("dropped_messages", 7);
    figures.put("outbox_bytes", 90 * MIB);
    figures.put("damaged_stores", 1);
    figures.put("salvage_lost_fields", 3L);
    figures.put("site_problem", "blasts would vanish");
    watch.look(figures);
    List<String> said = new ArrayList<>();
    for (Message m : told) {
      JsonNode json = SchemaCheck.assertValid(m.json());
      said.add(json.get("message").textValue());
      assertTrue(json.get("remedy").textValue().length() > 10);
    }
    assertEquals(
        List.of(
            "the messages that wait take 90 of 100 MiB, and 7 were dropped so far",
            "a damaged database was moved aside; 3 fields of it could not be saved",
            "the site calibration: blasts would vanish"),
        said);
    told.clear();
    figures.remove("site_problem");
    figures.put("damaged_stores", 0);
    assertEquals(List.of("-store_salvaged", "-site_problem"), look());
  }

  private void refused(String reason) {
    watch.fieldRefused(new QualityReport(0, false, List.of(reason)));
  }

  @Test
  void tenMinutesWithoutAUsableFieldAreTold() throws Exception {
    refused("out_of_focus");
    now += Duration.ofMinutes(10).toNanos() - 1;
    refused("out_of_focus");
    assertEquals(List.of(), look());
    now += 1;
    watch.look(figures);
    assertEquals(
        "no field was usable for 10 min (out_of_focus)",
        SchemaCheck.assertValid(told.get(0).json()).get("message").textValue());
    changes();
    refused("repeated_field");
    assertEquals(List.of("-fields_unusable"), look(), "it is sharp, the stage only rests");
    refused("underexposed");
    now += Duration.ofMinutes(11).toNanos();
    assertEquals(List.of("+fields_unusable"), look());
    watch.phaseChanged(SlideDesk.Phase.PAUSED);
    assertEquals(List.of("-fields_unusable"), look());
  }
}
