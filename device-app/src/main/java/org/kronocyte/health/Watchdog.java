package org.kronocyte.health;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.kronocyte.health.StageLiveness.StuckStage;
import org.kronocyte.problem.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pings systemd as long as every critical stage makes progress. When one is stuck it keeps the
 * cause and ends the daemon; a native call that hangs can't be interrupted from inside, and if not
 * even ending works, systemd kills the process because the pings stay away. Not thread-safe: one
 * thread ticks, and whatever else it does must be quick.
 */
public final class Watchdog {
  private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

  private final StageLiveness liveness;
  private final SystemdNotifier notifier;
  private final CauseFile causeFile;
  private final Consumer<Problem> end;
  private boolean ended;

  /**
   * @param end ends the daemon at once, without waiting for stages ({@code Runtime.halt} after
   *     telling the broker, if that is quick); called at most once
   */
  public Watchdog(
      StageLiveness liveness,
      SystemdNotifier notifier,
      CauseFile causeFile,
      Consumer<Problem> end) {
    this.liveness = liveness;
    this.notifier = notifier;
    this.causeFile = causeFile;
    this.end = end;
  }

  /** Looks once; call it every {@link SystemdNotifier#watchdogInterval()}, or every 10 s. */
  public void tick() {
    if (ended) {
      return; // Whatever happens now, no ping may follow.
    }
    List<StuckStage> critical = liveness.stuck().stream().filter(StuckStage::critical).toList();
    if (critical.isEmpty()) {
      notifier.ping();
      return;
    }
    ended = true;
    Problem cause = cause(critical);
    LOG.error("ending: {}", cause.sentence());
    notifier.status(cause.message());
    try {
      causeFile.write(cause);
    } catch (IOException e) {
      LOG.error("the cause can't be kept for the next start", e);
    }
    end.accept(cause);
  }

  private static Problem cause(List<StuckStage> critical) {
    String stages = critical.stream().map(StuckStage::sentence).collect(Collectors.joining("; "));
    return new Problem(
        "stage_stuck",
        stages,
        "the daemon restarts by itself; if it happens again, see the log before this time");
  }
}
