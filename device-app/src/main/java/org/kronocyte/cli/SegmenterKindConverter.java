package org.kronocyte.cli;

import java.util.Arrays;
import java.util.Locale;
import org.kronocyte.app.SegmenterKind;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code network} or {@code classical}. */
final class SegmenterKindConverter implements ITypeConverter<SegmenterKind> {
  @Override
  public SegmenterKind convert(String text) {
    return Arrays.stream(SegmenterKind.values())
        .filter(kind -> kind.name().toLowerCase(Locale.ROOT).equals(text))
        .findFirst()
        .orElseThrow(
            () -> new TypeConversionException("'" + text + "' is neither network nor classical"));
  }
}
