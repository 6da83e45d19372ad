package org.kronocyte.app;

import org.kronocyte.board.LampState;
import org.kronocyte.board.StatusLamp;
import org.kronocyte.problem.Problem;

/** Shows on the lamp what the device does. */
final class LampListener implements DaemonListener {
  private final StatusLamp lamp;
  private SlideDesk.Phase phase = SlideDesk.Phase.IDLE;
  private boolean troubled;
  private int identifying;

  LampListener(StatusLamp lamp) {
    this.lamp = lamp;
    lamp.show(LampState.READY);
  }

  @Override
  public synchronized void phaseChanged(SlideDesk.Phase next) {
    phase = next;
    show();
  }

  @Override
  public synchronized void problem(Problem problem) {
    troubled = true;
    show();
  }

  @Override
  public synchronized void recovered() {
    troubled = false;
    show();
  }

  /** Shows which device this is, until as many {@link #identified} as there were calls. */
  synchronized void identify() {
    identifying++;
    show();
  }

  synchronized void identified() {
    identifying--;
    show();
  }

  private void show() {
    if (identifying > 0) {
      lamp.show(LampState.IDENTIFY);
    } else if (troubled) {
      lamp.show(phase == SlideDesk.Phase.COUNTING ? LampState.ERROR : LampState.DEGRADED);
    } else {
      lamp.show(phase == SlideDesk.Phase.COUNTING ? LampState.BUSY : LampState.READY);
    }
  }
}
