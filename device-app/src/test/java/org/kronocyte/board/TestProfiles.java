package org.kronocyte.board;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.kronocyte.board.BoardProfile.Button;
import org.kronocyte.board.BoardProfile.Gpio;
import org.kronocyte.board.BoardProfile.Lamp;
import org.kronocyte.board.BoardProfile.Pull;
import org.kronocyte.config.BoardDefaults;

/** Profiles for tests: debounce 30 ms, long press 1500 ms. */
public final class TestProfiles {
  private TestProfiles() {}

  public static BoardProfile withPins(boolean buttonActiveLow, boolean lampActiveLow) {
    return new BoardProfile(
        "test-board",
        "Test board",
        Optional.of("aarch64"),
        List.of("vendor,board"),
        Optional.of(
            new Gpio(
                "pinctrl-test",
                new Button(
                    17,
                    11,
                    buttonActiveLow,
                    Pull.UP,
                    Duration.ofMillis(30),
                    Duration.ofMillis(1500)),
                new Lamp(27, 13, lampActiveLow))),
        BoardDefaults.GENERIC,
        Optional.of("cpu-thermal"),
        List.of(),
        Optional.empty());
  }
}
