package org.kronocyte.board.pi4j;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.kronocyte.board.BoardProfile;
import org.kronocyte.board.Machine;
import org.kronocyte.problem.ProblemException;

/**
 * Looks before Pi4J does: its provider for character-device GPIO only logs a warning on boards it
 * doesn't know and fails later, saying nothing of the cause.
 */
final class GpioProbe {
  private static final String CODE = "gpio_unavailable";

  private final Machine machine;
  private final Predicate<Path> accessible;

  /**
   * @param accessible whether this process may read and write a device file
   */
  GpioProbe(Machine machine, Predicate<Path> accessible) {
    this.machine = machine;
    this.accessible = accessible;
  }

  static boolean readableAndWritable(Path device) {
    return Files.isReadable(device) && Files.isWritable(device);
  }

  /**
   * @throws ProblemException {@code gpio_unavailable} if the pins can't work, with the first cause
   */
  void check(BoardProfile profile) throws ProblemException {
    if (!profile.matches(machine)) {
      throw new ProblemException(
          CODE,
          "board profile '" + profile.name() + "' isn't for this machine (" + seen() + ")",
          "set board.profile to this board's, or to none to run without button and lamp");
    }
    List<Path> chips = list("dev", "gpiochip*");
    if (chips.isEmpty()) {
      throw new ProblemException(
          CODE,
          "there is no /dev/gpiochip* on this machine (" + seen() + ")",
          "use a kernel with GPIO character devices, or set board.profile to none");
    }
    List<Path> closed = chips.stream().filter(accessible.negate()).toList();
    if (closed.size() == chips.size()) {
      throw new ProblemException(
          CODE,
          "this user may not open " + names(closed),
          "install udev/99-kronocyte.rules and run as a member of the group kronocyte");
    }
    checkLabel(profile.gpio().orElseThrow().chipLabel());
  }

  /** Kernels without the old GPIO folder in /sys don't tell labels; then Pi4J has to find out. */
  private void checkLabel(String expected) throws ProblemException {
    TreeSet<String> labels = new TreeSet<>();
    for (Path chip : list("sys/class/gpio", "gpiochip*")) {
      try {
        labels.add(Files.readString(chip.resolve("label")).strip());
      } catch (IOException e) {
        return;
      }
    }
    if (!labels.isEmpty() && !labels.contains(expected)) {
      throw new ProblemException(
          CODE,
          "no GPIO chip is labelled '" + expected + "'; this machine has " + labels,
          "correct gpio.chip_label in the board profile, or set board.profile to none");
    }
  }

  private List<Path> list(String folder, String pattern) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> all =
        Files.newDirectoryStream(machine.root().resolve(folder), pattern)) {
      all.forEach(found::add);
    } catch (IOException e) {
      return List.of(); // No such folder is the same as nothing in it.
    }
    found.sort(null);
    return found;
  }

  private String names(List<Path> devices) {
    return String.join(
        ", ", devices.stream().map(d -> "/" + machine.root().relativize(d)).toList());
  }

  private String seen() {
    return machine.architecture()
        + (machine.compatible().isEmpty()
            ? ", no device tree"
            : ", device tree " + machine.compatible());
  }
}
