package org.kronocyte.board.pi4j;

import com.pi4j.plugin.gpiod.provider.gpio.digital.GpioDDigitalInputProvider;
import com.pi4j.plugin.gpiod.provider.gpio.digital.GpioDDigitalOutputProvider;
import java.util.Optional;
import org.kronocyte.board.Board;
import org.kronocyte.board.BoardProfile;
import org.kronocyte.board.BoardProfiles;
import org.kronocyte.board.GpioPins;
import org.kronocyte.board.Machine;
import org.kronocyte.board.ProfiledBoard;
import org.kronocyte.board.Scheduler;
import org.kronocyte.problem.ProblemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the board that the configuration names. */
public final class BoardOpener {
  private static final Logger LOG = LoggerFactory.getLogger(BoardOpener.class);

  private BoardOpener() {}

  /**
   * Opens a board, or says in the log that there is none.
   *
   * @param profile name or absolute path of a profile; empty for none
   * @param scheduler for debouncing and blinking; outlives the board
   * @throws ProblemException if the profile is wrong, or {@code gpio_unavailable} if the pins it
   *     names can't be used; a board is never replaced by a simulated one
   */
  public static Optional<Board> open(Optional<String> profile, Machine machine, Scheduler scheduler)
      throws ProblemException {
    if (profile.isEmpty()) {
      LOG.info("no board profile set: no button, no lamp");
      return Optional.empty();
    }
    BoardProfile loaded = BoardProfiles.load(profile.get());
    Optional<GpioPins> pins = Optional.empty();
    if (loaded.gpio().isPresent()) {
      new GpioProbe(machine, GpioProbe::readableAndWritable).check(loaded);
      pins =
          Optional.of(
              Pi4jPins.open(
                  loaded.gpio().get(),
                  GpioDDigitalInputProvider.newInstance(),
                  GpioDDigitalOutputProvider.newInstance()));
    } else if (!loaded.matches(machine)) {
      LOG.warn("board profile {} isn't made for this machine ({})", loaded.name(), machine);
    }
    Board board = new ProfiledBoard(loaded, machine, pins, scheduler);
    LOG.info("board: {}", board.describe());
    loaded.powerNote().ifPresent(note -> LOG.info("power: {}", note));
    return Optional.of(board);
  }
}
