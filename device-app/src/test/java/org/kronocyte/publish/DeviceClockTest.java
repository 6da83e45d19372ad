package org.kronocyte.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DeviceClockTest {
  private Instant wall = Instant.EPOCH;
  private long nanos = 5;
  private boolean synchronised;
  private final DeviceClock clock = new DeviceClock(() -> wall, () -> nanos, () -> synchronised);

  @Test
  void mqttReq5QualityIsWhatIsKnownOfTheWallClock() {
    assertEquals(ClockQuality.UNSET, clock.quality());
    synchronised = true;
    assertEquals(ClockQuality.UNSET, clock.quality(), "no time server says 1970");
    wall = Samples.NOON;
    assertEquals(ClockQuality.SYNCHRONISED, clock.quality());
    synchronised = false;
    assertEquals(ClockQuality.UNSYNCHRONISED, clock.quality());
  }

  @Test
  void mqttReq5UptimeRunsOnWhateverIsDoneToTheWallClock() {
    nanos += Duration.ofMinutes(3).toNanos();
    wall = Samples.NOON;
    assertEquals(Duration.ofMinutes(3), clock.uptime());
    assertEquals(Duration.between(Instant.EPOCH, Samples.NOON).minusMinutes(3), clock.shift());
    wall = Instant.EPOCH.minusSeconds(60);
    assertEquals(Duration.ofMinutes(-4), clock.shift());
  }
}
