package org.kronocyte.board;

/** Drives a lamp that can only be lit or dark through the rhythm of a state. */
final class BlinkingLamp implements StatusLamp, AutoCloseable {
  private final GpioPins.Lamp output;
  private final Scheduler scheduler;

  private LampState shown = LampState.OFF;
  private int phase;
  private boolean closed;
  private Scheduler.Timer next = () -> {};

  BlinkingLamp(GpioPins.Lamp output, Scheduler scheduler) {
    this.output = output;
    this.scheduler = scheduler;
  }

  @Override
  public synchronized void show(LampState state) {
    if (closed || state == shown) {
      return;
    }
    next.cancel();
    shown = state;
    phase = 0;
    output.set(state.startsLit());
    scheduleNext();
  }

  private void scheduleNext() {
    if (!shown.phases().isEmpty()) {
      LampState of = shown;
      next = scheduler.after(shown.phases().get(phase), () -> turn(of));
    }
  }

  private synchronized void turn(LampState of) {
    if (closed || of != shown) {
      return; // Cancelled too late.
    }
    phase = (phase + 1) % shown.phases().size();
    output.set(phase % 2 == 0);
    scheduleNext();
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      next.cancel();
      output.set(false);
    }
  }
}
