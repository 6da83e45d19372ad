package org.kronocyte.board.pi4j;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.board.BoardProfiles;
import org.kronocyte.board.Machine;
import org.kronocyte.board.ManualScheduler;
import org.kronocyte.problem.Problem;
import org.kronocyte.problem.ProblemException;

class GpioProbeTest {
  @TempDir Path root;

  private Machine pi() {
    return new Machine(root, "aarch64", List.of("raspberrypi,5-model-b", "brcm,bcm2712"));
  }

  private void check(Machine machine, boolean accessible) throws ProblemException {
    new GpioProbe(machine, path -> accessible).check(BoardProfiles.load("raspberry-pi-5"));
  }

  private String refused(Machine machine, boolean accessible) {
    Problem problem =
        assertThrows(ProblemException.class, () -> check(machine, accessible)).problem();
    assertEquals("gpio_unavailable", problem.code());
    return problem.sentence();
  }

  private void chip(String name, String label) throws IOException {
    Files.createDirectories(root.resolve("dev"));
    Files.createFile(root.resolve("dev").resolve(name));
    Path folder = Files.createDirectories(root.resolve("sys/class/gpio").resolve(name));
    Files.writeString(folder.resolve("label"), label + "\n");
  }

  @Test
  void wrongMachineIsNamed() {
    String said = refused(new Machine(root, "amd64", List.of()), true);
    assertTrue(said.contains("isn't for this machine (amd64, no device tree)"), said);
    said = refused(new Machine(root, "aarch64", List.of("radxa,rock-5b")), true);
    assertTrue(said.contains("radxa,rock-5b"), said);
  }

  @Test
  void machineWithoutChipsSaysSo() {
    String said = refused(pi(), true);
    assertTrue(said.contains("there is no /dev/gpiochip*"), said);
  }

  @Test
  void lackOfRightsPointsToTheUdevRules() throws IOException {
    chip("gpiochip0", "pinctrl-rp1");
    String said = refused(pi(), false);
    assertTrue(said.contains("may not open /dev/gpiochip0"), said);
    assertTrue(said.contains("99-kronocyte.rules"), said);
  }

  @Test
  void otherLabelIsNamed() throws IOException {
    chip("gpiochip0", "pinctrl-bcm2711");
    String said = refused(pi(), true);
    assertTrue(said.contains("'pinctrl-rp1'; this machine has [pinctrl-bcm2711]"), said);
  }

  @Test
  void rightBoardPasses() throws IOException {
    chip("gpiochip0", "gpio-brcmstb@107d508500");
    chip("gpiochip4", "pinctrl-rp1");
    assertDoesNotThrow(() -> check(pi(), true));
  }

  @Test
  void kernelWithoutLabelsPasses() throws IOException {
    Files.createDirectories(root.resolve("dev"));
    Files.createFile(root.resolve("dev/gpiochip0"));
    assertDoesNotThrow(() -> check(pi(), true));
  }

  @Test
  void openerRefusesPinsThatAreNotThereAndNeverSimulates() {
    ProblemException e =
        assertThrows(
            ProblemException.class,
            () ->
                BoardOpener.open(
                    Optional.of("raspberry-pi-5"),
                    new Machine(root, "amd64", List.of()),
                    new ManualScheduler()));
    assertEquals("gpio_unavailable", e.problem().code());
  }

  @Test
  void openerOfNothingGivesNothing() throws ProblemException {
    assertTrue(BoardOpener.open(Optional.empty(), pi(), new ManualScheduler()).isEmpty());
  }

  @Test
  void openerOfABoardWithoutPins() throws ProblemException {
    Machine pc = new Machine(root, "amd64", List.of());
    var board =
        BoardOpener.open(Optional.of("generic-x86"), pc, new ManualScheduler()).orElseThrow();
    assertEquals("PC (x86-64), no button, no lamp", board.describe());
    assertTrue(board.button().isEmpty() && board.lamp().isEmpty());
    board.close();
  }
}
