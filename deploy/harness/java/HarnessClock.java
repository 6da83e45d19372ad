import java.time.Clock;
import java.time.Duration;
import java.util.Random;

/** The wall clock, set wrong in half of all lives by up to ten years either way, as a board without a battery has it. */
final class HarnessClock {
  private HarnessClock() {}

  static Clock of(long seed) {
    Random random = new Random(seed * 31 + 7);
    return random.nextBoolean()
        ? Clock.systemUTC()
        : Clock.offset(Clock.systemUTC(), Duration.ofDays(random.nextInt(7301) - 3650));
  }
}
