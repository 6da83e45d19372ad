package org.kronocyte.board.pi4j;

import com.pi4j.Pi4J;
import com.pi4j.context.Context;
import com.pi4j.exception.Pi4JException;
import com.pi4j.io.exception.IOException;
import com.pi4j.io.gpio.digital.DigitalInput;
import com.pi4j.io.gpio.digital.DigitalInputProvider;
import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.gpio.digital.DigitalOutputProvider;
import com.pi4j.io.gpio.digital.DigitalState;
import com.pi4j.io.gpio.digital.PullResistance;
import java.util.function.Consumer;
import org.kronocyte.board.BoardProfile;
import org.kronocyte.board.GpioPins;
import org.kronocyte.problem.ProblemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The two pins, held through a Pi4J context of their own. */
final class Pi4jPins implements GpioPins {
  private static final Logger LOG = LoggerFactory.getLogger(Pi4jPins.class);

  private final Context context;
  private final BoardProfile.Gpio gpio;
  private final DigitalInput button;
  private final DigitalOutput lamp;

  /**
   * @throws ProblemException {@code gpio_unavailable} if a pin can't be taken
   */
  static Pi4jPins open(
      BoardProfile.Gpio gpio, DigitalInputProvider inputs, DigitalOutputProvider outputs)
      throws ProblemException {
    Context context =
        Pi4J.newContextBuilder()
            .noAutoDetect()
            .disableShutdownHook()
            .add(inputs)
            .add(outputs)
            .build();
    try {
      return new Pi4jPins(context, gpio, inputs, outputs);
    } catch (RuntimeException e) {
      context.shutdown();
      throw new ProblemException(
          "gpio_unavailable",
          "the pins BCM "
              + gpio.button().bcm()
              + " (button) and BCM "
              + gpio.lamp().bcm()
              + " (lamp) can't be taken: "
              + e.getMessage(),
          "check that no other program uses them (gpioinfo), or set board.profile to none",
          e);
    }
  }

  private Pi4jPins(
      Context context,
      BoardProfile.Gpio gpio,
      DigitalInputProvider inputs,
      DigitalOutputProvider outputs) {
    this.context = context;
    this.gpio = gpio;
    button =
        inputs.create(
            DigitalInput.newConfigBuilder(context)
                .id("start-stop-button")
                .address(gpio.button().bcm())
                .pull(pull(gpio.button().pull()))
                .build());
    DigitalState dark = DigitalState.getState(gpio.lamp().activeLow());
    lamp =
        outputs.create(
            DigitalOutput.newConfigBuilder(context)
                .id("status-lamp")
                .address(gpio.lamp().bcm())
                .initial(dark)
                .shutdown(dark)
                .build());
  }

  private static PullResistance pull(BoardProfile.Pull pull) {
    return switch (pull) {
      case UP -> PullResistance.PULL_UP;
      case DOWN -> PullResistance.PULL_DOWN;
      case OFF -> PullResistance.OFF;
    };
  }

  @Override
  public void onButtonEdge(Consumer<Boolean> pressed) {
    button.addListener(event -> pressed.accept(event.state().isLow() == gpio.button().activeLow()));
  }

  @Override
  public Lamp lamp() {
    return this::light;
  }

  private void light(boolean lit) {
    try {
      lamp.setState(lit != gpio.lamp().activeLow());
    } catch (IOException e) {
      LOG.warn("status lamp on BCM {} can't be set: {}", gpio.lamp().bcm(), e.toString());
    }
  }

  @Override
  public boolean simulated() {
    return false;
  }

  @Override
  public void close() {
    try {
      context.shutdown();
    } catch (Pi4JException e) {
      LOG.warn("letting go of the GPIO pins failed: {}", e.toString());
    }
  }
}
