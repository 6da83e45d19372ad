package org.kronocyte.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Watches progress, not existence: a thread that lives but does nothing is stuck. Each stage checks
 * in whenever it got something done; one that is silent longer than its deadline is stuck. Any
 * thread.
 *
 * <p>Time is the monotonic clock: the wall clock of a board without battery jumps by years when a
 * network appears, and a jump is no stall.
 */
public final class StageLiveness {
  private final LongSupplier monotonicNanos;
  private final Map<String, Stage> stages = new LinkedHashMap<>();

  /**
   * @param monotonicNanos {@code System::nanoTime}
   */
  public StageLiveness(LongSupplier monotonicNanos) {
    this.monotonicNanos = monotonicNanos;
  }

  /**
   * A stage without progress for longer than its deadline.
   *
   * @param stage its name
   * @param lastDoing what it said it was at when it last checked in
   * @param silentFor since when it was silent
   * @param critical whether the device is no use without it
   */
  public record StuckStage(String stage, String lastDoing, Duration silentFor, boolean critical) {
    /** For logs and the cause file, e.g. {@code segment stuck for 31 s at field 17}. */
    public String sentence() {
      return stage + " stuck for " + silentFor.toSeconds() + " s at " + lastDoing;
    }
  }

  /** One stage's way to check in. */
  public final class Stage {
    private final String name;
    private final Duration deadline;
    private final boolean critical;
    private String doing = "start";
    private boolean idle;
    private long lastNanos;

    private Stage(String name, Duration deadline, boolean critical) {
      this.name = name;
      this.deadline = deadline;
      this.critical = critical;
      lastNanos = monotonicNanos.getAsLong();
    }

    /**
     * Checks in: something was done, and the next thing begins.
     *
     * @param next what it is, for whoever looks for the cause, e.g. {@code field 17}
     */
    public void progress(String next) {
      checkIn(next, false);
    }

    /** Checks in: there is nothing to do; no deadline runs until the next progress. */
    public void idle() {
      checkIn("nothing to do", true);
    }

    private void checkIn(String next, boolean nowIdle) {
      synchronized (stages) {
        doing = next;
        idle = nowIdle;
        lastNanos = monotonicNanos.getAsLong();
      }
    }
  }

  /**
   * Adds a stage; its deadline runs from now on.
   *
   * @param name unique, lower case with underscores; part of a key in the health message
   * @param deadline longest time between two pieces of progress, the slowest board and the densest
   *     field included
   * @param critical whether the device is no use without it, so that the watchdog may bite
   */
  public Stage register(String name, Duration deadline, boolean critical) {
    Stage stage = new Stage(name, deadline, critical);
    synchronized (stages) {
      if (!name.matches("[a-z][a-z0-9_]*") || stages.putIfAbsent(name, stage) != null) {
        throw new IllegalArgumentException("stage '" + name + "' is misspelt or there already");
      }
    }
    return stage;
  }

  /** The stages that are stuck now, in the order of registration. */
  public List<StuckStage> stuck() {
    List<StuckStage> stuck = new ArrayList<>();
    synchronized (stages) {
      long now = monotonicNanos.getAsLong();
      for (Stage stage : stages.values()) {
        Duration silent = Duration.ofNanos(now - stage.lastNanos);
        if (!stage.idle && silent.compareTo(stage.deadline) > 0) {
          stuck.add(new StuckStage(stage.name, stage.doing, silent, stage.critical));
        }
      }
    }
    return stuck;
  }

  /** Names of all stages, in the order of registration. */
  public List<String> names() {
    synchronized (stages) {
      return List.copyOf(stages.keySet());
    }
  }
}
