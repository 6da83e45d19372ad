package org.kronocyte.cli;

import java.util.OptionalDouble;
import org.kronocyte.image.Scale;
import org.kronocyte.quality.ScaleTracker;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The value of {@code --um-per-px}: a number, or {@code auto} for an estimate from the red cells.
 *
 * @param value empty for {@code auto}
 */
record UmPerPx(OptionalDouble value) {
  /** Where scales come from in this run. */
  ScaleTracker tracker() {
    return value.isPresent()
        ? ScaleTracker.configured(value.getAsDouble())
        : ScaleTracker.estimating();
  }

  /** Parses the option. */
  static final class Converter implements ITypeConverter<UmPerPx> {
    @Override
    public UmPerPx convert(String text) {
      if (text.equals("auto")) {
        return new UmPerPx(OptionalDouble.empty());
      }
      double number;
      try {
        number = Double.parseDouble(text);
      } catch (NumberFormatException e) {
        throw new TypeConversionException("'" + text + "' is neither a number nor 'auto'");
      }
      if (!(number >= Scale.MIN_UM_PER_PX && number <= Scale.MAX_UM_PER_PX)) {
        throw new TypeConversionException(
            text
                + " is outside "
                + Scale.MIN_UM_PER_PX
                + " to "
                + Scale.MAX_UM_PER_PX
                + " um a pixel");
      }
      return new UmPerPx(OptionalDouble.of(number));
    }
  }
}
