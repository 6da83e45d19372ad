package org.kronocyte.slide;

import java.util.regex.Pattern;
import org.kronocyte.problem.ProblemException;

/**
 * The laboratory's number of a specimen, e.g. {@code H26-01234}: never a person's name. So that a
 * name hardly slips in, it has at least three digits, at least as many digits as letters, and no
 * more than four letters in a row.
 *
 * @param number 3 to 24 of A-Z, 0-9, '-', '/' and '.', beginning with a letter or digit
 */
public record Accession(String number) {
  private static final Pattern SHAPE = Pattern.compile("[A-Z0-9][A-Z0-9./-]{2,23}");
  private static final Pattern WORD = Pattern.compile("[A-Z]{5}");
  private static final int MIN_DIGITS = 3;

  public Accession {
    if (!isValid(number)) {
      throw new IllegalArgumentException("accession number '" + number + "' has another shape");
    }
  }

  /** Whether a text has the shape of an accession number. */
  public static boolean isValid(String text) {
    long digits = text.chars().filter(c -> c >= '0' && c <= '9').count();
    long letters = text.chars().filter(c -> c >= 'A' && c <= 'Z').count();
    return SHAPE.matcher(text).matches()
        && !WORD.matcher(text).find()
        && digits >= Math.max(MIN_DIGITS, letters);
  }

  /** What a person typed; the message doesn't repeat it, as it may be a name. */
  public static Accession of(String typed) throws ProblemException {
    if (!isValid(typed)) {
      throw new ProblemException(
          "bad_accession",
          "the accession number given doesn't look like one",
          "use 3 to 24 of A-Z, 0-9, '-', '/' and '.', with at least three digits, no fewer digits"
              + " than letters and no more than four letters in a row, e.g. H26-01234; never a name");
    }
    return new Accession(typed);
  }
}
