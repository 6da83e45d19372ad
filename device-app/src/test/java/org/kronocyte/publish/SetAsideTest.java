package org.kronocyte.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SetAsideTest {
  private final AtomicLong now = new AtomicLong();
  private final SetAside aside = new SetAside(Duration.ofMinutes(1), now::get);

  private boolean lost(long oldest, boolean alone) {
    return aside.connectionLost(OptionalLong.of(oldest), alone);
  }

  @Test
  void messageTheBrokerStumblesOverIsFoundOutAlone() {
    assertFalse(lost(7, false));
    assertFalse(aside.oneAtATime());
    assertFalse(lost(7, false));
    assertTrue(aside.oneAtATime());
    assertFalse(lost(7, true));
    assertFalse(lost(7, true));
    assertTrue(lost(7, true));
    assertTrue(aside.holds(7));
    assertFalse(aside.oneAtATime(), "the others go on as always");
  }

  @Test
  void messageThatGetsThroughOrAnotherOldestClearsTheSuspicion() {
    lost(7, false);
    lost(7, false);
    aside.acknowledged(7);
    assertFalse(aside.oneAtATime());
    for (long id = 1; id < 100; id++) {
      assertFalse(lost(id, true));
    }
    assertEquals(0, aside.size());
    assertFalse(aside.connectionLost(OptionalLong.empty(), false));
  }

  @Test
  void refusedIsTriedAgainLaterAndLater() {
    for (int minutes = 1; minutes <= 128; minutes *= 2) {
      aside.refused(1);
      now.addAndGet(Duration.ofMinutes(Math.min(minutes, 60)).toNanos() - 1);
      assertFalse(aside.retryDue());
      now.addAndGet(1);
      assertTrue(aside.retryDue());
      assertFalse(aside.holds(1));
    }
    aside.acknowledged(1);
    aside.refused(2);
    now.addAndGet(Duration.ofMinutes(1).toNanos());
    assertTrue(aside.retryDue(), "from the beginning, once it went well");
  }
}
