package org.kronocyte.app;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.kronocyte.RealData;
import org.kronocyte.classify.SiteCalibrator;
import org.kronocyte.image.Natives;
import org.kronocyte.model.ModelPack;
import org.kronocyte.model.SiteCalibration;
import org.kronocyte.problem.ProblemException;

/**
 * A site whose first slides are full of blasts: learning by itself must leave the blasts of later
 * slides what they are, or be refused.
 */
class RealBlastsTest {
  private static final int SITE_CELLS = 150;

  /** Points of recall that may be lost. */
  private static final double TOLERANCE = 0.02;

  /** Density in red, green and blue times these: stains of other sites, made from this one's. */
  private static final double[][] STAINS = {{1, 1, 1}, {0.6, 0.9, 1.4}};

  private static final double[] SHARES = {0.2, 0.5, 0.9};

  @Test
  void aSiteFullOfBlastsKeepsItsBlasts() throws Exception {
    RealData data = RealData.orSkip();
    Natives.load();
    Map<String, List<Path>> first = new TreeMap<>();
    List<Path> later = new ArrayList<>();
    for (String[] row : data.rows("cells/split.csv")) {
      Path image = data.path("cells").resolve(row[0]);
      if (row[1].equals("BLA") && row[3].equals("test")) {
        later.add(image);
      } else if (row[2].equals("marrow") && !row[1].equals("NIF") && !row[3].equals("test")) {
        first.computeIfAbsent(row[1], label -> new ArrayList<>()).add(image);
      }
    }
    first.values().forEach(images -> Collections.shuffle(images, new Random(5)));
    try (Models models = Models.load(Path.of("../models-quantized/packs"), 1)) {
      for (double[] stain : STAINS) {
        Map<String, List<byte[]>> pool = new TreeMap<>();
        for (Map.Entry<String, List<Path>> e : first.entrySet()) {
          int most = e.getKey().equals("BLA") ? SITE_CELLS : SITE_CELLS / 5;
          pool.put(e.getKey(), StainedCrops.of(models, e.getValue().subList(0, most), stain));
        }
        List<byte[]> blasts = StainedCrops.of(models, later, stain);
        for (double share : SHARES) {
          check(models.classifierPack(), stain, share, site(pool, share), blasts);
        }
      }
    }
  }

  private static List<byte[]> site(Map<String, List<byte[]>> pool, double share) {
    int blasts = (int) Math.rint(SITE_CELLS * share);
    List<byte[]> cells =
        new ArrayList<>(pool.get("BLA").subList(0, Math.min(blasts, pool.get("BLA").size())));
    List<String> others = pool.keySet().stream().filter(label -> !label.equals("BLA")).toList();
    for (int i = 0; cells.size() < SITE_CELLS; i++) {
      List<byte[]> of = pool.get(others.get(i % others.size()));
      cells.add(of.get(i / others.size() % of.size()));
    }
    return cells;
  }

  private static void check(
      ModelPack pack, double[] stain, double share, List<byte[]> cells, List<byte[]> blasts)
      throws ProblemException {
    double before = StainedCrops.recall(pack, "BLA", blasts);
    double after = before;
    String outcome;
    try {
      SiteCalibration site =
          new SiteCalibrator(pack)
              .learn(
                  StainedCrops.together(pack, cells),
                  new SiteCalibrator.Origin("2026-11-22T12:00:00Z", StainedCrops.UM_PER_PX, 20),
                  SiteCalibrator.Care.UNATTENDED,
                  () -> true)
              .orElseThrow();
      after = StainedCrops.recall(pack.at(site), "BLA", blasts);
      outcome = "learnt";
    } catch (ProblemException e) {
      assertTrue(e.problem().code().startsWith("site_"), e::getMessage);
      outcome = e.problem().code() + ": " + e.problem().message();
    }
    System.out.printf(
        Locale.ROOT,
        "REAL blasts: stain %s, first slides %.0f %% blasts: recall of %d later blasts %.3f before,"
            + " %.3f after (%s)%n",
        Arrays.toString(stain),
        100 * share,
        blasts.size(),
        before,
        after,
        outcome);
    assertTrue(after >= before - TOLERANCE, before + " before, " + after + " after");
  }
}
