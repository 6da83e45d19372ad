package org.kronocyte.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.RealData;
import org.kronocyte.camera.FrameSource;
import org.kronocyte.classify.CellClass;
import org.kronocyte.classify.ClassifiedCell;
import org.kronocyte.config.SiteSetting;
import org.kronocyte.health.StageLiveness;
import org.kronocyte.image.Frame;
import org.kronocyte.image.Natives;
import org.kronocyte.model.Form;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.Await;
import org.kronocyte.publish.SiteAnswer;
import org.kronocyte.quality.QualityGate;
import org.kronocyte.quality.ScaleTracker;
import org.kronocyte.slide.FieldResult;
import org.kronocyte.slide.SlideRecord;
import org.kronocyte.slide.SlideStore;
import org.kronocyte.store.Database;

/**
 * A device that learns a foreign laboratory's stain at work: slides of its cells go through the
 * daemon's threads, between slides it learns by itself if the guards let it, else a person who has
 * looked at the slides asks for it; later slides are read with what was learnt.
 */
class RealAutoSiteTest {
  /** What counts as right for neutrophils, lymphocytes, monocytes, eosinophils and basophils. */
  private static final List<Set<CellClass>> RIGHT =
      List.of(
          Set.of(CellClass.NGS, CellClass.NGB),
          Set.of(CellClass.LYT),
          Set.of(CellClass.MON),
          Set.of(CellClass.EOS),
          Set.of(CellClass.BAS));

  private static final Lab FOREIGN =
      new Lab(
          "lisc",
          0.2,
          new double[] {1, 1, 1},
          List.of("neutrophil", "lymphocyte", "monocyte", "eosinophil", "basophil"));

  /** A laboratory of training with a stain made up: far more eosin, far less azure. */
  private static final Lab STRANGELY_STAINED =
      new Lab(
          "strangely stained",
          0.15,
          new double[] {0.35, 0.5, 1.8},
          List.of("SNE", "LY", "MO", "EO", "BA"));

  private static final int SLIDE = 60;

  /** Mean recall at which a site needs no calibration. */
  private static final double ENOUGH = 0.75;

  /** Cells of each class of the stained laboratory. */
  private static final int EACH = 40;

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final QualityGate.Limits EVERYTHING = new QualityGate.Limits(0, 1, 0, 0, 0);

  /**
   * Where cells come from.
   *
   * @param stain density in red, green and blue times these
   * @param folders of the five classes
   */
  private record Lab(String name, double umPerPx, double[] stain, List<String> folders) {}

  @TempDir Path data;

  /** Images as they are put on the stage. */
  private static final class Stage implements FrameSource {
    private final BlockingQueue<Path> waiting = new LinkedBlockingQueue<>();
    private final double[] stain;

    Stage(double[] stain) {
      this.stain = stain;
    }

    @Override
    public String describe() {
      return "stage";
    }

    @Override
    public boolean simulated() {
      return false;
    }

    @Override
    public boolean live() {
      return false;
    }

    @Override
    public Optional<Frame> next(Duration timeout) throws ProblemException, InterruptedException {
      Path image = waiting.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return image == null ? Optional.empty() : Optional.of(StainedCrops.stained(image, stain));
    }

    @Override
    public boolean exhausted() {
      return false;
    }

    @Override
    public void close() {}
  }

  @Test
  @Timeout(600)
  void aForeignLaboratoryIsLearntAtWorkAndReadBetterAfterwards() throws Exception {
    RealData real = RealData.orSkip();
    List<Path> cells = new ArrayList<>();
    for (String folder : FOREIGN.folders()) {
      cells.addAll(real.files("cells/lisc/" + folder));
    }
    Outcome outcome = run(FOREIGN, cells);
    assertTrue(outcome.with() >= Math.min(ENOUGH, outcome.without() + 0.05), outcome.toString());
  }

  /** No blasts are seen there, so that the device may trust itself. */
  @Test
  @Timeout(600)
  void aStrangeStainIsLearntWithoutAnybody() throws Exception {
    RealData real = RealData.orSkip();
    List<Path> cells = new ArrayList<>();
    Map<String, Integer> taken = new HashMap<>();
    for (String[] row : real.rows("cells/split.csv")) {
      Path image = real.path("cells").resolve(row[0]);
      String folder = image.getParent().getFileName().toString();
      if (row[3].equals("test")
          && STRANGELY_STAINED.folders().contains(folder)
          && taken.merge(folder, 1, Integer::sum) <= EACH) {
        cells.add(image);
      }
    }
    assertEquals(EACH * RIGHT.size(), cells.size());
    Outcome outcome = run(STRANGELY_STAINED, cells);
    assertTrue(outcome.alone() || outcome.without() > ENOUGH, outcome.toString());
    assertTrue(outcome.with() >= Math.min(ENOUGH, outcome.without() + 0.2), outcome.toString());
  }

  /**
   * What became of it.
   *
   * @param alone whether the device learnt without being asked
   * @param without mean recall of five classes as the model came
   * @param with the same with what was learnt
   */
  private record Outcome(boolean alone, double without, double with) {}

  private Outcome run(Lab lab, List<Path> cells) throws Exception {
    Natives.load();
    Collections.shuffle(cells, new Random(11));
    try (Models models = Models.load(Path.of("../models-quantized/packs"), 1);
        Database database = Database.own(data.resolve("db"), Database.Settings.STANDARD);
        SiteKeeper keeper = keeper(models)) {
      return new Run(lab, models, database, keeper).learnAndCompare(cells);
    }
  }

  private SiteKeeper keeper(Models models) throws ProblemException {
    return SiteKeeper.open(
        SiteSetting.AUTO,
        models,
        EngineChoice.of(Form.ONNX),
        1,
        data,
        false,
        InstantSource.fixed(TestFrames.NOON));
  }

  /** One daemon at work. */
  private static final class Run {
    private final Lab lab;
    private final Stage stage;
    private final EventLog log = new EventLog();
    private final Database database;
    private final SiteKeeper keeper;
    private final SlideDesk desk;
    private final Daemon daemon;

    Run(Lab lab, Models models, Database database, SiteKeeper keeper) throws ProblemException {
      this.lab = lab;
      this.stage = new Stage(lab.stain());
      this.database = database;
      this.keeper = keeper;
      SlideDefaults plain = TestFrames.defaults("s");
      this.desk =
          new SlideDesk(
              database,
              new SlideDefaults(
                  plain.specimen(),
                  plain.plannedCells(),
                  plain.slide(),
                  models.labels(),
                  keeper::next),
              ResultSink.NONE,
              log,
              InstantSource.fixed(TestFrames.NOON));
      FieldReader reader =
          new FieldReader(
              ScaleTracker.configured(lab.umPerPx()),
              new QualityGate(EVERYTHING),
              models,
              StageTimer.NONE);
      this.daemon =
          new Daemon(
              stage,
              reader,
              desk,
              log,
              new StageLiveness(System::nanoTime),
              true,
              Optional.of(keeper));
    }

    Outcome learnAndCompare(List<Path> cells) throws Exception {
      Thread thread = DaemonThread.start(daemon);
      try (HealthLoop timer = new HealthLoop()) {
        return compare(
            cells,
            new StationActions(desk, Optional.of(keeper), Optional.empty(), timer, () -> {}));
      } finally {
        daemon.stop();
        thread.join();
      }
    }

    private Outcome compare(List<Path> cells, StationActions actions) throws Exception {
      // Two slides are too few to learn from: all cells as the model came.
      int half = cells.size() / 2;
      List<SlideRecord> before =
          List.of(slide(cells.subList(0, half)), slide(cells.subList(half, cells.size())));
      assertEquals(Optional.empty(), keeper.next());
      slide(cells.subList(0, SLIDE));
      Await.until("tried by itself", PATIENCE, () -> tried(actions));
      SiteAnswer alone = actions.sites();
      String outcome =
          alone.refusal().map(r -> "refused by itself: " + r.message()).orElse("learnt by itself");
      boolean byItself = keeper.next().isPresent();
      double without = meanRecall(before);
      if (!byItself && without > ENOUGH) {
        System.out.printf(
            Locale.ROOT, "REAL auto site %s: %.4f as it came; %s%n", lab.name(), without, outcome);
        return new Outcome(false, without, without); // A model that knows this site.
      }
      if (!byItself) {
        // Nobody else can tell a strange stain from leukaemia: a person looks at the slides.
        assertTrue(alone.refusal().orElseThrow().reason().startsWith("site_"), outcome);
        slide(cells.subList(half, half + SLIDE));
        SiteAnswer asked = actions.calibrateSite(true);
        assertEquals("in_use", asked.state());
        assertEquals(SiteAnswer.Role.IN_USE, asked.calibrations().get(0).role());
        outcome += "; learnt when a person said that the slides are normal";
      }
      Optional<String> learnt = keeper.next();
      assertTrue(learnt.isPresent(), "nothing was learnt");
      List<SlideRecord> after =
          List.of(slide(cells.subList(0, half)), slide(cells.subList(half, cells.size())));
      for (SlideRecord slide : before) {
        assertEquals(Optional.empty(), slide.plan().siteCalibration());
      }
      for (SlideRecord slide : after) {
        assertEquals(learnt, slide.plan().siteCalibration(), "recorded in every later result");
      }
      double with = meanRecall(after);
      System.out.printf(
          Locale.ROOT,
          "REAL auto site %s: %d cells, mean recall of five classes %.4f before, %.4f after (%s; %s)%n",
          lab.name(),
          cells.size(),
          without,
          with,
          outcome,
          learnt.get());
      return new Outcome(byItself, without, with);
    }

    private boolean tried(StationActions actions) {
      try {
        SiteAnswer now = actions.sites();
        return now.next().isPresent() || now.refusal().isPresent();
      } catch (ProblemException e) {
        throw new IllegalStateException(e);
      }
    }

    /** Reads images as the fields of a slide. */
    private SlideRecord slide(List<Path> images) throws Exception {
      long before = done();
      String id = desk.start(SlideOrder.STANDARD);
      stage.waiting.addAll(images);
      Await.until("read", PATIENCE, () -> done() == before + images.size());
      assertTrue(desk.finish().isPresent());
      return database
          .read(
              tx ->
                  SlideStore.list(tx).stream().filter(s -> s.plan().slide().equals(id)).findFirst())
          .orElseThrow();
    }

    private long done() {
      return log.events().stream()
          .filter(e -> e.startsWith("field ") || e.equals("refused") || e.startsWith("problem"))
          .count();
    }

    private double meanRecall(List<SlideRecord> slides) throws ProblemException {
      int[] right = new int[RIGHT.size()];
      int[] all = new int[RIGHT.size()];
      for (SlideRecord slide : slides) {
        for (FieldResult field : database.read(tx -> SlideStore.fields(tx, slide))) {
          String folder = Path.of(field.origin().name()).getParent().getFileName().toString();
          for (int k = 0; k < RIGHT.size(); k++) {
            if (lab.folders().get(k).equals(folder)) {
              all[k]++;
              right[k] += middle(field).filter(RIGHT.get(k)::contains).isPresent() ? 1 : 0;
            }
          }
        }
      }
      double sum = 0;
      for (int k = 0; k < all.length; k++) {
        sum += (double) right[k] / all[k];
      }
      return sum / all.length;
    }

    /** The class of the cell in the middle of its image. */
    private static Optional<CellClass> middle(FieldResult field) {
      return field.cells().stream()
          .min((a, b) -> Double.compare(distance(field, a), distance(field, b)))
          .map(c -> c.verdict().label());
    }

    private static double distance(FieldResult field, ClassifiedCell cell) {
      return Math.hypot(
          cell.cell().centroidX() - field.width() / 2.0,
          cell.cell().centroidY() - field.height() / 2.0);
    }
  }
}
