package org.kronocyte.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kronocyte.image.Natives;
import org.kronocyte.image.OpticalDensity;
import org.kronocyte.image.Scale;
import org.kronocyte.image.TestPixels;

class SurenessScanTest {
  @BeforeAll
  static void load() throws Exception {
    Natives.load();
  }

  private static OpticalDensity glass(int width, int height) {
    return TestPixels.density(new byte[width * height * 3], width, height);
  }

  private static SurenessScan.Probe surestAt(double umPerPx) {
    return (field, scale) -> 6 * Math.exp(-Math.pow(Math.log(scale.umPerPx() / umPerPx), 2) / 0.5);
  }

  /** Halfway between candidates, too. */
  @ParameterizedTest
  @ValueSource(doubles = {0.05, 0.074, 0.1, 0.17, 0.2, 0.3})
  void theSurestScaleTellsTheTrueOne(double truth) throws Exception {
    try (OpticalDensity field = glass(300, 300)) {
      SurenessScan scan = SurenessScan.of(field, surestAt(1.4 * truth)).orElseThrow();
      Scale scale = SurenessScan.pooled(List.of(scan)).orElseThrow();
      assertEquals(1, scale.umPerPx() / truth, 0.03);
      assertEquals(Scale.Source.NETWORK, scale.source());
    }
  }

  @Test
  void manyFieldsSayMoreThanOne() throws Exception {
    SplittableRandom random = new SplittableRandom(4);
    List<SurenessScan> scans = new ArrayList<>();
    double worst = 0;
    try (OpticalDensity field = glass(300, 300)) {
      for (int i = 0; i < 15; i++) {
        double off = Math.exp(random.nextDouble() - 0.5);
        SurenessScan scan = SurenessScan.of(field, surestAt(1.4 * 0.15 * off)).orElseThrow();
        double one = SurenessScan.pooled(List.of(scan)).orElseThrow().umPerPx();
        worst = Math.max(worst, Math.abs(Math.log(one / 0.15)));
        scans.add(scan);
      }
    }
    Scale pooled = SurenessScan.pooled(scans).orElseThrow();
    assertTrue(worst > 0.3, "single fields are off by " + worst);
    assertEquals(0.15, pooled.umPerPx(), 0.02);
    assertTrue(pooled.confidence() > 0.2 && pooled.confidence() < 1, pooled.toString());
    assertEquals(Optional.empty(), SurenessScan.pooled(List.of()));
  }

  /** Too narrow for a cell at one end, too many pixels at the other. */
  @Test
  void onlySensibleReadingsAreTried() throws Exception {
    List<Double> tried = new ArrayList<>();
    SurenessScan.Probe probe =
        (field, scale) -> {
          tried.add(scale.umPerPx());
          return 1;
        };
    try (OpticalDensity crop = glass(120, 120);
        OpticalDensity large = glass(4000, 3000)) {
      assertEquals(Optional.empty(), SurenessScan.of(crop, probe));
      assertTrue(tried.get(0) * 120 >= 10, tried.toString());
      tried.clear();
      SurenessScan.of(large, probe);
      assertTrue(tried.size() >= 2 && tried.size() <= 4, tried.toString());
    }
  }
}
