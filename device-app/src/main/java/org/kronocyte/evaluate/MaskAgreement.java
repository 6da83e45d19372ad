package org.kronocyte.evaluate;

import java.util.OptionalDouble;

/**
 * How far a contestant's masks are those of the first contestant.
 *
 * @param alike pixels of the same kind: background, cytoplasm or nucleus
 * @param pixels compared
 */
public record MaskAgreement(long alike, long pixels) {
  /** Nothing compared. */
  public static final MaskAgreement NONE = new MaskAgreement(0, 0);

  static MaskAgreement of(FoundCells first, FoundCells other) {
    long alike = 0;
    for (int i = 0; i < first.mask().length; i++) {
      alike += first.mask()[i] == other.mask()[i] ? 1 : 0;
    }
    return new MaskAgreement(alike, first.mask().length);
  }

  MaskAgreement plus(MaskAgreement o) {
    return new MaskAgreement(alike + o.alike, pixels + o.pixels);
  }

  /** 0 to 1; empty if nothing was compared. */
  public OptionalDouble share() {
    return pixels == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) alike / pixels);
  }
}
