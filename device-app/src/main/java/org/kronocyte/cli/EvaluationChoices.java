package org.kronocyte.cli;

import java.util.List;
import java.util.Locale;
import org.kronocyte.app.SegmenterKind;
import org.kronocyte.evaluate.TruthSet;
import org.kronocyte.model.Form;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What can be chosen for {@code evaluate}, as words. */
final class EvaluationChoices {
  private EvaluationChoices() {}

  /** Parses the name of a set. */
  static final class SetConverter implements ITypeConverter<TruthSet> {
    @Override
    public TruthSet convert(String text) {
      return TruthSet.named(text)
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'"
                          + text
                          + "' is none of bccd, cellavision, jtsc, myeloma, raabin, all_fields"));
    }
  }

  /** Parses {@code --forms}. */
  static final class FormConverter implements ITypeConverter<Form> {
    @Override
    public Form convert(String text) {
      return Form.ofCode(text)
          .filter(form -> form != Form.ONNX_FACTORED)
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'" + text + "' is none of onnx, tflite, onnx-float"));
    }
  }

  /** Which of the program's own engines take part. */
  enum Engines {
    USUAL,
    NETWORK,
    CLASSICAL,
    BOTH,
    NONE;

    List<SegmenterKind> kinds(boolean besidePredictions) {
      return switch (this) {
        case NETWORK -> List.of(SegmenterKind.NETWORK);
        case CLASSICAL -> List.of(SegmenterKind.CLASSICAL);
        case BOTH -> List.of(SegmenterKind.values());
        case NONE -> List.of();
        case USUAL -> (besidePredictions ? CLASSICAL : BOTH).kinds(false);
      };
    }
  }

  /** Parses {@code --segmenter}. */
  static final class EngineConverter implements ITypeConverter<Engines> {
    @Override
    public Engines convert(String text) {
      for (Engines engines : Engines.values()) {
        if (engines != Engines.USUAL && engines.name().toLowerCase(Locale.ROOT).equals(text)) {
          return engines;
        }
      }
      throw new TypeConversionException("'" + text + "' is none of network, classical, both, none");
    }
  }
}
