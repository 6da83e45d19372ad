package org.kronocyte.board;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every board with pins must do. A subclass says how to open one and to reach its pins. */
public abstract class BoardContract {
  @TempDir protected Path root;

  protected final ManualScheduler time = new ManualScheduler();
  private final List<Press> presses = new ArrayList<>();
  private Board board;

  /** Opens the board under test, button not pressed. */
  protected abstract Board open(Machine machine, Scheduler scheduler) throws Exception;

  /** Moves the button's contact. */
  protected abstract void contact(boolean pressed) throws Exception;

  /** Whether current flows through the lamp. */
  protected abstract boolean lit();

  protected abstract boolean expectSimulated();

  @BeforeEach
  void openBoard() throws Exception {
    board = open(new Machine(root, "aarch64", List.of("vendor,board")), time);
    board.button().orElseThrow().onPress(presses::add);
  }

  @AfterEach
  void closeBoard() {
    board.close();
  }

  private void hold(long ms) throws Exception {
    contact(true);
    time.advanceMs(ms);
    contact(false);
    time.advanceMs(100);
  }

  /** Lit or dark in steps of 50 ms, each looked at in the middle of its step. */
  private String rhythm(int steps) {
    StringBuilder seen = new StringBuilder();
    time.advanceMs(25);
    for (int i = 0; i < steps; i++) {
      seen.append(lit() ? '#' : '.');
      time.advanceMs(50);
    }
    return seen.toString();
  }

  private void show(LampState state) {
    board.lamp().orElseThrow().show(state);
  }

  @Test
  void saysWhatItIs() {
    assertEquals(expectSimulated(), board.simulated());
    assertTrue(board.describe().startsWith("Test board, button BCM 17, lamp BCM 27"));
    assertEquals(expectSimulated(), board.describe().contains("simulated"));
  }

  @Test
  void partsAreTheSameObjectsEveryTime() {
    assertSame(board.button().orElseThrow(), board.button().orElseThrow());
    assertSame(board.lamp().orElseThrow(), board.lamp().orElseThrow());
  }

  @Test
  void shortPressIsToldOnRelease() throws Exception {
    contact(true);
    time.advanceMs(200);
    assertEquals(List.of(), presses);
    contact(false);
    time.advanceMs(100);
    assertEquals(List.of(Press.SHORT), presses);
  }

  @Test
  void longPressIsToldOnceWhileHeld() throws Exception {
    contact(true);
    time.advanceMs(1499);
    assertEquals(List.of(), presses);
    time.advanceMs(1);
    assertEquals(List.of(Press.LONG), presses);
    time.advanceMs(60_000);
    contact(false);
    time.advanceMs(100);
    assertEquals(List.of(Press.LONG), presses);
  }

  @Test
  void pressesFollowEachOther() throws Exception {
    hold(100);
    hold(2000);
    hold(100);
    assertEquals(List.of(Press.SHORT, Press.LONG, Press.SHORT), presses);
  }

  @Test
  void bouncingContactIsOnePress() throws Exception {
    for (int i = 0; i < 10; i++) {
      contact(true);
      time.advanceMs(3);
      contact(false);
      time.advanceMs(2);
    }
    contact(true);
    time.advanceMs(300);
    for (int i = 0; i < 10; i++) {
      contact(false);
      time.advanceMs(4);
      contact(true);
      time.advanceMs(1);
    }
    contact(false);
    time.advanceMs(100);
    assertEquals(List.of(Press.SHORT), presses);
  }

  @Test
  void spikeShorterThanTheDebounceTimeIsNothing() throws Exception {
    hold(29);
    assertEquals(List.of(), presses);
    hold(30);
    assertEquals(List.of(Press.SHORT), presses);
  }

  @Test
  void lampIsDarkAtFirst() {
    assertEquals("....", rhythm(4));
  }

  @Test
  void steadyStatesNeedNoTimer() {
    show(LampState.READY);
    assertEquals("#".repeat(60), rhythm(60));
    show(LampState.OFF);
    assertEquals(".".repeat(60), rhythm(60));
    assertEquals(0, time.waiting());
  }

  @Test
  void busyBlinksSlowly() {
    show(LampState.BUSY);
    assertEquals(("#".repeat(20) + ".".repeat(20)).repeat(3), rhythm(120));
  }

  @Test
  void degradedFlashesTwice() {
    show(LampState.DEGRADED);
    assertEquals(("###...###" + ".".repeat(31)).repeat(2), rhythm(80));
  }

  @Test
  void errorBlinksFast() {
    show(LampState.ERROR);
    assertEquals("##..".repeat(10), rhythm(40));
  }

  @Test
  void sameStateAgainKeepsTheRhythm() {
    show(LampState.BUSY);
    time.advanceMs(900);
    show(LampState.BUSY);
    time.advanceMs(150);
    assertFalse(lit());
  }

  @Test
  void newStateEndsTheOldRhythm() {
    show(LampState.ERROR);
    time.advanceMs(130);
    show(LampState.READY);
    assertEquals("#".repeat(40), rhythm(40));
    assertEquals(0, time.waiting());
  }

  @Test
  void closingDarkensTheLampAndEndsPresses() throws Exception {
    show(LampState.ERROR);
    contact(true);
    time.advanceMs(100);
    board.close();
    assertFalse(lit());
    assertEquals(0, time.waiting());
    show(LampState.READY);
    time.advanceMs(5000);
    assertFalse(lit());
    assertEquals(List.of(), presses);
    board.close();
  }

  @Test
  void sensorsThatAreNotThereAreEmpty() {
    assertTrue(board.temperatureCelsius().isEmpty());
    assertTrue(board.throttling().isEmpty());
  }
}
