package org.kronocyte.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LinkPlanTest {
  private static LinkPlan plan(String... windows) {
    return new LinkPlan(
        1000,
        Long.MAX_VALUE,
        List.of(windows).stream()
            .map(
                w ->
                    new LinkPlan.Window(
                        LocalTime.parse(w.substring(0, 5)), LocalTime.parse(w.substring(6))))
            .toList(),
        Optional.of(Message.Kind.ALERT));
  }

  private static Duration closed(LinkPlan plan, String time) {
    Instant at = Instant.parse("2026-11-22T" + time + "Z");
    return plan.closedFor(at, ClockQuality.UNSYNCHRONISED);
  }

  @Test
  void closedUntilTheNextWindow() {
    LinkPlan plan = plan("06:00-07:30", "22:00-02:00");
    assertEquals(Duration.ofMinutes(1), closed(plan, "05:59:00"));
    assertEquals(Duration.ZERO, closed(plan, "06:00:00"));
    assertEquals(Duration.ZERO, closed(plan, "07:29:59"));
    assertEquals(Duration.ofHours(14).plusMinutes(30), closed(plan, "07:30:00"));
    assertEquals(Duration.ZERO, closed(plan, "23:00:00"));
    assertEquals(Duration.ZERO, closed(plan, "01:59:59"));
    assertEquals(Duration.ofHours(4), closed(plan, "02:00:00"));
    assertEquals(Duration.ofHours(7), closed(plan("06:00-07:30"), "23:00:00"));
  }

  @Test
  void withoutWindowsOrWithoutAClockItIsAlwaysOpen() {
    assertEquals(Duration.ZERO, closed(plan(), "12:00:00"));
    assertEquals(Duration.ZERO, plan("06:00-07:30").closedFor(Instant.EPOCH, ClockQuality.UNSET));
  }

  @Test
  void urgentAreAlertsAndResultsOfFinishedSlides() {
    Messages messages = Samples.messages();
    Message last = messages.slide(Samples.slide(false), SlideJson.State.FINAL, 2);
    Message alert = new Message(Message.Kind.ALERT, "alert/a", "{}", Samples.NOON, false);
    Message crop = new Message(Message.Kind.CROP, "crop/s/1", "{}", Samples.NOON, false);
    assertTrue(plan().isUrgent(last));
    assertTrue(plan().isUrgent(alert));
    assertFalse(plan().isUrgent(messages.alertOver("disk_low")), "good news can wait");
    assertFalse(
        plan().isUrgent(messages.slide(Samples.slide(false), SlideJson.State.PRELIMINARY, 1)));
    assertFalse(plan().isUrgent(messages.field("s", 1, Samples.field())));
    assertFalse(plan().isUrgent(crop));
    LinkPlan never = new LinkPlan(1, 1, List.of(), Optional.empty());
    assertFalse(never.isUrgent(last));
  }

  @Test
  void nonsenseIsRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> new LinkPlan(0, 1, List.of(), Optional.empty()));
    assertThrows(IllegalArgumentException.class, () -> plan("06:00-06:00"));
  }

  @Test
  void dayIsCountedByAClockNobodyCanSet() {
    AtomicLong now = new AtomicLong(17);
    DayMeter meter = new DayMeter(1000, now::get, DayLedger.NONE);
    meter.spend(999);
    assertFalse(meter.exhausted());
    meter.spend(1);
    assertTrue(meter.exhausted());
    assertEquals(Duration.ofDays(1), meter.untilNextDay());
    now.addAndGet(Duration.ofHours(23).toNanos());
    assertTrue(meter.exhausted());
    assertEquals(Duration.ofHours(1), meter.untilNextDay());
    now.addAndGet(Duration.ofHours(50).toNanos());
    assertFalse(meter.exhausted());
    assertEquals(0, meter.spent());
    assertEquals(Duration.ofHours(23), meter.untilNextDay());
  }
}
