package org.kronocyte.board;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** What the lamp says. The states differ without colour, for one LED and any eye. */
public enum LampState {
  /** Dark. */
  OFF,
  /** Steady. */
  READY,
  /** A slide is running: 1 s lit, 1 s dark. */
  BUSY,
  /** Works, but somebody should look: two short flashes every 2 s. */
  DEGRADED,
  /** Doesn't count: 5 flashes a second. */
  ERROR,
  /** Somebody asks which device this is: long, short, short. */
  IDENTIFY;

  /** Times lit and dark in turn, starting lit, repeated for ever; empty if it doesn't blink. */
  public List<Duration> phases() {
    return switch (this) {
      case OFF, READY -> List.of();
      case BUSY -> phasesMs(1000, 1000);
      case DEGRADED -> phasesMs(150, 150, 150, 1550);
      case ERROR -> phasesMs(100, 100);
      case IDENTIFY -> phasesMs(600, 150, 150, 150, 150, 150);
    };
  }

  private static List<Duration> phasesMs(long... times) {
    return Arrays.stream(times).mapToObj(Duration::ofMillis).toList();
  }

  /** Whether the lamp is lit when the state begins. */
  public boolean startsLit() {
    return this != OFF;
  }
}
