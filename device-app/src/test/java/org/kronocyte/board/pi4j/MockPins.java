package org.kronocyte.board.pi4j;

import com.pi4j.io.gpio.digital.DigitalInputConfig;
import com.pi4j.io.gpio.digital.DigitalOutputConfig;
import com.pi4j.io.gpio.digital.DigitalState;
import com.pi4j.plugin.mock.provider.gpio.digital.MockDigitalInput;
import com.pi4j.plugin.mock.provider.gpio.digital.MockDigitalInputProviderImpl;
import com.pi4j.plugin.mock.provider.gpio.digital.MockDigitalOutput;
import com.pi4j.plugin.mock.provider.gpio.digital.MockDigitalOutputProviderImpl;

/** Pi4J's mock providers, keeping hold of the pins they make. */
final class MockPins {
  MockDigitalInput input;
  MockDigitalOutput output;

  final MockDigitalInputProviderImpl inputs =
      new MockDigitalInputProviderImpl() {
        @Override
        public com.pi4j.io.gpio.digital.DigitalInput create(DigitalInputConfig config) {
          input = (MockDigitalInput) super.create(config);
          return input;
        }
      };

  final MockDigitalOutputProviderImpl outputs =
      new MockDigitalOutputProviderImpl() {
        @Override
        public com.pi4j.io.gpio.digital.DigitalOutput create(DigitalOutputConfig config) {
          output = (MockDigitalOutput) super.create(config);
          return output;
        }
      };

  /** A mock input reads low whatever its pull resistor, so it must be put to rest first. */
  void rest(boolean activeLow) {
    input.mockState(DigitalState.getState(activeLow));
  }
}
