package org.kronocyte.health;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.health.StageLiveness.Stage;
import org.kronocyte.problem.Problem;

@Timeout(30)
@EnabledOnOs(OS.LINUX)
class WatchdogTest {
  private static final Instant AT = Instant.parse("2026-03-01T10:20:30Z");

  @TempDir Path dir;
  private long nowNanos;
  private final StageLiveness liveness = new StageLiveness(() -> nowNanos);
  private final List<Problem> ends = new ArrayList<>();

  private Watchdog watchdog(SystemdNotifier notifier, Path cause) {
    return new Watchdog(
        liveness, notifier, new CauseFile(cause, InstantSource.fixed(AT)), ends::add);
  }

  private void passSeconds(int seconds) {
    nowNanos += Duration.ofSeconds(seconds).toNanos();
  }

  @Test
  void pingsWhileCriticalStagesLiveThenKeepsTheCauseAndEndsOnce() throws Exception {
    String socket = dir.resolve("notify").toString();
    Path cause = dir.resolve("cause.json");
    try (FakeNotifySocket systemd = FakeNotifySocket.at(socket)) {
      SystemdNotifier notifier = SystemdNotifier.of(Map.of("NOTIFY_SOCKET", socket), 1);
      Stage segment = liveness.register("segment", Duration.ofSeconds(30), true);
      liveness.register("publish", Duration.ofSeconds(1), false);
      Watchdog watchdog = watchdog(notifier, cause);

      passSeconds(30);
      watchdog.tick(); // publish is stuck, but isn't critical.
      assertEquals("'WATCHDOG=1'", systemd.next());
      segment.progress("field 17");
      passSeconds(31);
      watchdog.tick();
      assertEquals("'STATUS=segment stuck for 31 s at field 17'", systemd.next());
      segment.progress("field 18");
      watchdog.tick(); // Too late: the end was decided.
      notifier.status("last");
      assertEquals("'STATUS=last'", systemd.next());
    }
    assertEquals(1, ends.size());
    assertEquals("stage_stuck", ends.get(0).code());
    CauseFile nextStart = new CauseFile(cause, InstantSource.system());
    assertEquals(Optional.of(new CauseFile.Cause(AT, ends.get(0))), nextStart.read());
  }

  @Test
  void endsEvenIfTheCauseCannotBeKept() {
    liveness.register("camera", Duration.ofSeconds(1), true);
    passSeconds(2);
    watchdog(SystemdNotifier.of(Map.of(), 1), dir.resolve("no/such/folder")).tick();
    assertEquals("camera stuck for 2 s at start", ends.get(0).message());
  }
}
