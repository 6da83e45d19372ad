package org.kronocyte.cli;

import java.util.Arrays;
import org.kronocyte.slide.Specimen;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Parses {@code marrow} or {@code blood}. */
final class SpecimenConverter implements ITypeConverter<Specimen> {
  @Override
  public Specimen convert(String text) {
    return Arrays.stream(Specimen.values())
        .filter(s -> s.code().equals(text))
        .findFirst()
        .orElseThrow(
            () -> new TypeConversionException("'" + text + "' is neither 'marrow' nor 'blood'"));
  }
}
