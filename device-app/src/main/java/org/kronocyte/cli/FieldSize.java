package org.kronocyte.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A field's size in pixels, written {@code 1280x960}. */
record FieldSize(int width, int height) {
  /** Parses the option. */
  static final class Converter implements ITypeConverter<FieldSize> {
    private static final Pattern FORM = Pattern.compile("(\\d{2,4})x(\\d{2,4})");

    @Override
    public FieldSize convert(String text) {
      Matcher match = FORM.matcher(text);
      if (!match.matches()) {
        throw new TypeConversionException("'" + text + "' is no size such as 1280x960");
      }
      int width = Integer.parseInt(match.group(1));
      int height = Integer.parseInt(match.group(2));
      if (Math.min(width, height) < 64 || Math.max(width, height) > 4096) {
        throw new TypeConversionException(text + " is outside 64x64 to 4096x4096");
      }
      return new FieldSize(width, height);
    }
  }
}
