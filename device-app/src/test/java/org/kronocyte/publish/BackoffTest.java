package org.kronocyte.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
  @Test
  void doublesUpToAMinuteAndSpreadsByAQuarter() {
    Backoff backoff = Backoff.standard(new Random(1));
    for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 60, 60, 60}) {
      double wait = backoff.next().toNanos() / 1e9;
      assertEquals(seconds, wait, 0.25 * seconds, "spread around " + seconds + " s");
    }
    backoff.reset();
    assertTrue(backoff.next().compareTo(Duration.ofMillis(1250)) <= 0);
  }

  @Test
  void devicesDontComeBackAtTheSameMoment() {
    assertNotEquals(Backoff.standard(new Random(1)).next(), Backoff.standard(new Random(2)).next());
  }

  @Test
  void nonsenseIsRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Backoff(Duration.ZERO, Duration.ofSeconds(1), new Random(1)));
  }
}
