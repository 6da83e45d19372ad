package org.kronocyte.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.kronocyte.camera.virtual.SmearRecipe;
import org.kronocyte.camera.virtual.View;
import org.kronocyte.camera.virtual.VirtualSmear;
import org.kronocyte.image.Natives;
import org.kronocyte.image.OpticalDensity;
import org.kronocyte.image.TestPixels;

class QualityGateTest {
  private static final WhiteBalance GOOD_LIGHT = new WhiteBalance(210, 220, 230, 0.1);
  private static final VirtualSmear SMEAR =
      new VirtualSmear(12, SmearRecipe.blood().withSize(800, 600));

  @BeforeAll
  static void load() throws Exception {
    Natives.load();
  }

  @Test
  void eachFlawHasItsReason() {
    try (OpticalDensity sharp = seen(0, View.SHARP);
        OpticalDensity blurred = seen(0, new View(6, 0, 0, 0));
        OpticalDensity glass = TestPixels.density(new byte[320 * 240 * 3], 320, 240)) {
      assertEquals(List.of(), reasons(sharp, GOOD_LIGHT));
      assertEquals(List.of("out_of_focus"), reasons(blurred, GOOD_LIGHT));
      assertEquals(List.of("overexposed"), reasons(sharp, new WhiteBalance(255, 255, 255, 0.61)));
      assertEquals(List.of("underexposed"), reasons(sharp, new WhiteBalance(49, 220, 230, 0)));
      assertEquals(List.of("out_of_focus", "empty_field"), reasons(glass, GOOD_LIGHT));
    }
  }

  private static List<String> reasons(OpticalDensity field, WhiteBalance light) {
    QualityReport report =
        new QualityGate(QualityGate.Limits.DEFAULT).assess(field, light).report();
    assertEquals(report.reasons().isEmpty(), report.usable());
    assertEquals(FocusMeter.score(field), report.focus());
    return report.reasons();
  }

  /** As far as a hand moves a stage that is meant to stand still: a micrometre either way. */
  @Test
  void aStageThatCreepsIsNotCountedTwice() {
    VirtualSmear whole = new VirtualSmear(12, SmearRecipe.blood());
    SeenFields seen = new SeenFields(4);
    seen.add(thumbnail(whole, View.SHARP));
    List<View> missed = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      double angle = i * Math.PI / 4;
      View crept = new View(0.2, Math.cos(angle), Math.sin(angle), i + 1);
      if (!seen.knows(thumbnail(whole, crept), 0)) {
        missed.add(crept);
      }
    }
    assertEquals(List.of(), missed);
  }

  /** Half the resolution may only rule out what the whole would call another place. */
  @Test
  void theQuickLookRulesOutNoRepetition() {
    VirtualSmear whole = new VirtualSmear(13, SmearRecipe.blood());
    FieldThumbnail still = thumbnail(whole, View.SHARP);
    SplittableRandom random = new SplittableRandom(14);
    int same = 0;
    for (int i = 0; i < 24; i++) {
      View crept =
          new View(
              random.nextDouble(0, 2), random.nextDouble(-9, 9), random.nextDouble(-9, 9), i + 1);
      FieldThumbnail seen = thumbnail(whole, crept);
      if (still.likeness(seen) > SeenFields.SAME_PLACE) {
        same++;
        double coarse = still.coarse().likeness(seen.coarse());
        assertTrue(coarse > SeenFields.MAYBE_SAME_PLACE + 0.1, crept + ": " + coarse);
      }
    }
    assertTrue(same >= 5, same + " repetitions are too few to tell");
  }

  private static FieldThumbnail thumbnail(VirtualSmear smear, View view) {
    try (OpticalDensity field = QualityFields.density(smear, 3, view)) {
      return FieldThumbnail.of(field);
    }
  }

  @Test
  void otherPlacesAreNew() {
    QualityGate gate = new QualityGate(QualityGate.Limits.DEFAULT);
    List<Integer> refused = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      if (!usable(gate, i, View.SHARP)) {
        refused.add(i);
      }
    }
    assertEquals(List.of(), refused);
  }

  @Test
  void onlyTheLastFieldsAreRemembered() {
    QualityGate.Limits limits = new QualityGate.Limits(0, 1, 0, 0, 2);
    QualityGate gate = new QualityGate(limits);
    assertTrue(usable(gate, 0, View.SHARP));
    assertTrue(usable(gate, 1, View.SHARP));
    assertFalse(usable(gate, 0, View.SHARP));
    assertTrue(usable(gate, 2, View.SHARP));
    assertTrue(usable(gate, 0, View.SHARP), "field 0 was pushed out by 1 and 2");
    QualityGate forgetful = new QualityGate(new QualityGate.Limits(0, 1, 0, 0, 0));
    assertTrue(usable(forgetful, 0, View.SHARP));
    assertTrue(usable(forgetful, 0, View.SHARP));
  }

  /** After a power cut the gate is told what was counted before. */
  @Test
  void whatWasKeptIsKnownAgainAndNothingElse() {
    QualityGate before = new QualityGate(QualityGate.Limits.DEFAULT);
    List<FieldThumbnail> kept = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      try (OpticalDensity field = seen(i, View.SHARP)) {
        byte[] bytes = before.assess(field, GOOD_LIGHT).thumbnail().bytes();
        kept.add(FieldThumbnail.ofBytes(bytes));
      }
    }
    QualityGate after = new QualityGate(QualityGate.Limits.DEFAULT);
    assertTrue(usable(after, 5, View.SHARP));
    after.remember(kept);
    for (int i = 0; i < 4; i++) {
      assertFalse(usable(after, i, View.SHARP), "field " + i);
    }
    assertTrue(usable(after, 5, View.SHARP), "of another slide");
  }

  /** One that could not be stored comes again. */
  @Test
  void judgingAloneRemembersNothing() {
    QualityGate gate = new QualityGate(QualityGate.Limits.DEFAULT);
    try (OpticalDensity field = seen(0, View.SHARP)) {
      QualityGate.Assessment assessment = gate.assess(field, GOOD_LIGHT);
      assertTrue(gate.judge(assessment).usable());
      assertTrue(gate.judge(assessment).usable());
    }
  }

  /** What was compared ahead is compared with the rest only, and a repetition is found anew. */
  @Test
  void comparingAheadChangesNoVerdict() {
    QualityGate gate = new QualityGate(QualityGate.Limits.DEFAULT);
    try (OpticalDensity field = seen(0, View.SHARP);
        OpticalDensity other = seen(1, View.SHARP)) {
      gate.remember(gate.assess(other, GOOD_LIGHT).thumbnail());
      QualityGate.Assessment ahead = gate.compared(gate.assess(field, GOOD_LIGHT));
      assertEquals(1, ahead.comparedTo());
      assertTrue(gate.judge(ahead).usable());
      gate.remember(ahead.thumbnail());
      assertEquals(List.of("repeated_field"), gate.judge(ahead).reasons());
      QualityGate.Assessment repeated = gate.compared(gate.assess(field, GOOD_LIGHT));
      assertFalse(gate.judge(repeated).usable());
      gate.remember(List.of());
      assertTrue(gate.judge(repeated).usable(), "on another slide");
    }
  }

  /** The next field is looked at before the last one is counted. */
  @Test
  void judgesByWhatIsRememberedNow() {
    QualityGate gate = new QualityGate(QualityGate.Limits.DEFAULT);
    try (OpticalDensity field = seen(0, View.SHARP)) {
      QualityGate.Assessment first = gate.assess(field, GOOD_LIGHT);
      QualityGate.Assessment next = gate.assess(field, GOOD_LIGHT);
      assertTrue(gate.judge(next).usable());
      gate.remember(first.thumbnail());
      assertEquals(List.of("repeated_field"), gate.judge(next).reasons());
      gate.remember(List.of());
      assertTrue(gate.judge(next).usable(), "on another slide");
    }
  }

  /** A field refused for its focus may be read when it is sharp. */
  @Test
  void refusedFieldsAreNotRemembered() {
    QualityGate gate = new QualityGate(QualityGate.Limits.DEFAULT);
    assertFalse(usable(gate, 5, new View(6, 0, 0, 0)));
    assertTrue(usable(gate, 5, View.SHARP));
  }

  private static boolean usable(QualityGate gate, long index, View view) {
    try (OpticalDensity field = seen(index, view)) {
      QualityGate.Assessment assessment = gate.assess(field, GOOD_LIGHT);
      boolean usable = gate.judge(assessment).usable();
      if (usable) {
        gate.remember(assessment.thumbnail());
      }
      return usable;
    }
  }

  private static OpticalDensity seen(long index, View view) {
    try (OpticalDensity field = QualityFields.density(SMEAR, index, view)) {
      return field.resized(320, 240);
    }
  }
}
