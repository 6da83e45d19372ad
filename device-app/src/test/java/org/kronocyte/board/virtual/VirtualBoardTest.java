package org.kronocyte.board.virtual;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kronocyte.board.Board;
import org.kronocyte.board.BoardContract;
import org.kronocyte.board.LampState;
import org.kronocyte.board.Machine;
import org.kronocyte.board.ManualScheduler;
import org.kronocyte.board.Scheduler;
import org.kronocyte.board.TestProfiles;

class VirtualBoardTest extends BoardContract {
  private VirtualBoard virtual;

  @Override
  protected Board open(Machine machine, Scheduler scheduler) {
    virtual = new VirtualBoard(TestProfiles.withPins(true, false), machine, scheduler);
    return virtual;
  }

  @Override
  protected void contact(boolean pressed) {
    if (pressed) {
      virtual.press();
    } else {
      virtual.release();
    }
  }

  @Override
  protected boolean lit() {
    return virtual.lit();
  }

  @Override
  protected boolean expectSimulated() {
    return true;
  }

  @Test
  void recordsWhatWasShown() {
    virtual.lamp().orElseThrow().show(LampState.READY);
    virtual.lamp().orElseThrow().show(LampState.BUSY);
    assertEquals(List.of(LampState.READY, LampState.BUSY), virtual.shown());
  }

  @Test
  void recordIsBounded() {
    Machine machine = new Machine(Path.of("/nowhere"), "x", List.of());
    VirtualBoard board =
        new VirtualBoard(TestProfiles.withPins(true, false), machine, new ManualScheduler());
    for (int i = 0; i < 3 * VirtualBoard.MAX_RECORDED; i++) {
      board.lamp().orElseThrow().show(LampState.READY);
    }
    assertTrue(board.shown().size() <= VirtualBoard.MAX_RECORDED);
  }
}
