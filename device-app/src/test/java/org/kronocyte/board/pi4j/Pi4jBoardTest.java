package org.kronocyte.board.pi4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.gpio.digital.DigitalOutputConfig;
import com.pi4j.io.gpio.digital.DigitalState;
import com.pi4j.plugin.mock.provider.gpio.digital.MockDigitalOutputProviderImpl;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.kronocyte.board.Board;
import org.kronocyte.board.BoardContract;
import org.kronocyte.board.BoardProfile;
import org.kronocyte.board.Machine;
import org.kronocyte.board.ProfiledBoard;
import org.kronocyte.board.Scheduler;
import org.kronocyte.board.TestProfiles;
import org.kronocyte.problem.ProblemException;

class Pi4jBoardTest {
  /** The contract on mock pins, with one polarity of button and lamp. */
  abstract static class OnMockPins extends BoardContract {
    private final MockPins mock = new MockPins();
    private final boolean buttonActiveLow;
    private final boolean lampActiveLow;

    OnMockPins(boolean buttonActiveLow, boolean lampActiveLow) {
      this.buttonActiveLow = buttonActiveLow;
      this.lampActiveLow = lampActiveLow;
    }

    @Override
    protected Board open(Machine machine, Scheduler scheduler) throws Exception {
      BoardProfile profile = TestProfiles.withPins(buttonActiveLow, lampActiveLow);
      Pi4jPins pins = Pi4jPins.open(profile.gpio().orElseThrow(), mock.inputs, mock.outputs);
      mock.rest(buttonActiveLow);
      return new ProfiledBoard(profile, machine, Optional.of(pins), scheduler);
    }

    @Override
    protected void contact(boolean pressed) {
      mock.input.mockState(DigitalState.getState(pressed != buttonActiveLow));
    }

    @Override
    protected boolean lit() {
      return mock.output.isHigh() != lampActiveLow;
    }

    @Override
    protected boolean expectSimulated() {
      return false;
    }
  }

  @Nested
  class ActiveLowButtonAndActiveHighLamp extends OnMockPins {
    ActiveLowButtonAndActiveHighLamp() {
      super(true, false);
    }
  }

  @Nested
  class ActiveHighButtonAndActiveLowLamp extends OnMockPins {
    ActiveHighButtonAndActiveLowLamp() {
      super(false, true);
    }
  }

  @Test
  void pinThatIsTakenSaysWhich() {
    MockPins mock = new MockPins();
    MockDigitalOutputProviderImpl taken =
        new MockDigitalOutputProviderImpl() {
          @Override
          public DigitalOutput create(DigitalOutputConfig config) {
            throw new IllegalStateException("Device or resource busy");
          }
        };
    ProblemException e =
        assertThrows(
            ProblemException.class,
            () ->
                Pi4jPins.open(
                    TestProfiles.withPins(true, false).gpio().orElseThrow(), mock.inputs, taken));
    assertEquals("gpio_unavailable", e.problem().code());
    assertTrue(e.problem().message().contains("BCM 27 (lamp) can't be taken: Device"));
  }
}
