package org.kronocyte.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.store.Database;

class DayMeterTest {
  private static final long ALLOWED = 64_000;
  private static final long STEP = 1000;

  @TempDir Path folder;

  private Instant wall = Samples.NOON;
  private long nanos;

  private void pass(Duration time) {
    nanos += time.toNanos();
    wall = wall.plus(time);
  }

  /** As after a restart: the monotonic clock begins anywhere. */
  private DayMeter meter(Database database) {
    nanos = new Random(nanos).nextLong() / 4;
    return new DayMeter(ALLOWED, () -> nanos, new DurableDayLedger(database, () -> wall));
  }

  @Test
  void mqttReq18BytesOfTheDaySurviveRestarts() throws Exception {
    try (Database database = Database.own(folder, Database.Settings.STANDARD)) {
      DayMeter first = meter(database);
      first.spend(40_000);
      pass(Duration.ofHours(3));
      first.close();
      pass(Duration.ofHours(1));
      DayMeter second = meter(database);
      assertEquals(40_000, second.spent());
      assertEquals(Duration.ofHours(20), second.untilNextDay());
      second.spend(24_000);
      assertTrue(second.exhausted());
      DayMeter third = meter(database);
      assertTrue(third.exhausted(), "a power cut opens no second budget");
      pass(Duration.ofHours(20));
      assertFalse(third.exhausted());
      assertEquals(0, meter(database).spent(), "nor does it keep yesterday's");
    }
  }

  @Test
  void powerCutCountsAStepTooMuchAtMostAndNothingTooLittle() throws Exception {
    Random random = new Random(3);
    try (Database database = Database.own(folder, Database.Settings.STANDARD)) {
      long sent = 0;
      int cuts = 0;
      DayMeter meter = meter(database);
      for (int i = 0; i < 300 && sent < ALLOWED / 2; i++) {
        long bytes = random.nextInt(400);
        meter.spend(bytes);
        sent += bytes;
        if (random.nextInt(20) == 0) {
          cuts++;
          meter = meter(database);
          assertTrue(meter.spent() >= sent, "after cut " + cuts);
          assertTrue(meter.spent() <= sent + cuts * STEP, "after cut " + cuts);
        }
      }
      assertTrue(cuts > 3);
    }
  }

  @Test
  void clockThatWasNeverSetOrGoesBackOnlyMakesTheDayLonger() throws Exception {
    try (Database database = Database.own(folder, Database.Settings.STANDARD)) {
      wall = Instant.EPOCH;
      DayMeter unset = meter(database);
      unset.spend(50_000);
      pass(Duration.ofHours(4));
      unset.close();
      wall = Samples.NOON; // Set while the device was off.
      DayMeter set = meter(database);
      assertEquals(50_000, set.spent());
      assertEquals(Duration.ofHours(20), set.untilNextDay());
      set.spend(STEP);
      wall = Samples.NOON.minus(Duration.ofDays(3650));
      assertEquals(Duration.ofHours(20), meter(database).untilNextDay());
    }
  }
}
