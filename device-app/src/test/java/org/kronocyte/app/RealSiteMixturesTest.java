package org.kronocyte.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.kronocyte.RealData;
import org.kronocyte.classify.SiteCalibrator;
import org.kronocyte.image.Natives;
import org.kronocyte.model.ModelPack;
import org.kronocyte.model.SiteCalibration;
import org.kronocyte.problem.ProblemException;

/**
 * Slides with odd mixtures of cells, in the usual stain and in another: a calibration that a person
 * asks for must help there, or be refused.
 */
class RealSiteMixturesTest {
  private static final double[] USUAL = {1, 1, 1};
  private static final double[] STRANGE = {0.6, 0.9, 1.4};

  /** Points of mean recall that may be lost. */
  private static final double TOLERANCE = 0.02;

  private static RealData data;
  private static Models models;

  @BeforeAll
  static void load() throws Exception {
    data = RealData.orSkip();
    Natives.load();
    models = Models.load(Path.of("../models-quantized/packs"), 1);
  }

  @AfterAll
  static void close() {
    if (models != null) {
      models.close();
    }
  }

  /** Without eosinophils and lymphocytes younger neutrophils would pass for another stain. */
  @Test
  void aShiftToYoungNeutrophilsIsNoStain() throws Exception {
    Map<String, Integer> young = Map.of("MMZ", 40, "MYB", 40, "PMO", 20, "NGB", 30);
    assertEquals("site_too_few_anchors", tried("peripheral", young, USUAL).outcome());
    assertEquals("site_too_few_anchors", tried("peripheral", young, STRANGE).outcome());
  }

  @Test
  void lymphocytesAndMonocytesAloneTellAStrangeStain() throws Exception {
    Outcome outcome = tried("marrow", Map.of("LYT", 60, "MON", 60), STRANGE);
    assertEquals("learnt", outcome.outcome());
    assertTrue(outcome.after() >= outcome.before() + TOLERANCE, outcome::toString);
  }

  @Test
  void oddMixturesLoseNothing() throws Exception {
    Map<String, Integer> eosinophils = Map.of("EOS", 60, "LYT", 15, "NGS", 15);
    for (Outcome outcome :
        List.of(
            tried("marrow", Map.of("BLA", 60, "LYT", 40), USUAL),
            tried("marrow", eosinophils, USUAL),
            tried("marrow", eosinophils, STRANGE))) {
      assertTrue(outcome.after() >= outcome.before() - TOLERANCE, outcome::toString);
    }
  }

  /** Mean recall of the mixture's classes, and {@code learnt} or why not. */
  private record Outcome(double before, double after, String outcome) {}

  private Outcome tried(String lab, Map<String, Integer> mixture, double[] stain) throws Exception {
    ModelPack pack = models.classifierPack();
    Map<String, List<byte[]>> cells = new TreeMap<>();
    for (String label : mixture.keySet()) {
      List<Path> images = images(lab, label);
      int count = Math.min(mixture.get(label), images.size());
      cells.put(label, StainedCrops.of(models, images.subList(0, count), stain));
    }
    Outcome outcome = learnt(pack, cells);
    System.out.printf(
        Locale.ROOT,
        "REAL mixture %s of %s, stain %s: mean recall %.3f before, %.3f after (%s)%n",
        new TreeMap<>(mixture),
        lab,
        Arrays.toString(stain),
        outcome.before(),
        outcome.after(),
        outcome.outcome());
    return outcome;
  }

  private static Outcome learnt(ModelPack pack, Map<String, List<byte[]>> cells)
      throws ProblemException {
    List<byte[]> all = new ArrayList<>();
    cells.values().forEach(all::addAll);
    double before = meanRecall(pack, cells);
    try {
      SiteCalibration site =
          new SiteCalibrator(pack)
              .learn(
                  StainedCrops.together(pack, all),
                  new SiteCalibrator.Origin("2026-11-23T12:00:00Z", StainedCrops.UM_PER_PX, 20));
      return new Outcome(before, meanRecall(pack.at(site), cells), "learnt");
    } catch (ProblemException e) {
      assertTrue(e.problem().code().startsWith("site_"), e::getMessage);
      return new Outcome(before, before, e.problem().code());
    }
  }

  private static double meanRecall(ModelPack pack, Map<String, List<byte[]>> cells)
      throws ProblemException {
    double sum = 0;
    for (Map.Entry<String, List<byte[]>> e : cells.entrySet()) {
      sum += StainedCrops.recall(pack, e.getKey(), e.getValue());
    }
    return sum / cells.size();
  }

  /** Of the rows that choose settings. */
  private static List<Path> images(String lab, String label) throws IOException {
    List<Path> out = new ArrayList<>();
    for (String[] row : data.rows("cells/split.csv")) {
      if (row[1].equals(label) && row[2].equals(lab) && row[3].equals("val")) {
        out.add(data.path("cells").resolve(row[0]));
      }
    }
    Collections.shuffle(out, new Random(5));
    return out;
  }
}
