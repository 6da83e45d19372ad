package org.kronocyte.app;

import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.kronocyte.classify.CellCrops;
import org.kronocyte.classify.SiteCalibrator;
import org.kronocyte.model.ModelPack;
import org.kronocyte.model.SiteCalibration;
import org.kronocyte.problem.ProblemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers cells for a site calibration and learns it while no slide is open, on a thread of lowest
 * priority. A slide that starts meanwhile ends the attempt; it is made again later. Thread-safe.
 */
final class SiteLearner implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SiteLearner.class);

  /** After a refusal so many slides pass at most before cells are gathered again. */
  private static final int LONGEST_REST = 32;

  private static final long CLOSE_MS = 10_000;

  /** What must be there before anything is learnt. */
  record Needs(int cells, int fields, int slides) {
    /** No slide is more than 40 % of these cells. */
    static final Needs STANDARD = new Needs(150, 20, 3);
  }

  /** What a person asked for. */
  private record Wish(SiteCalibrator.Care care, CompletableFuture<SiteCalibration> outcome) {}

  private final ModelPack pack;
  private final SiteFolder folder;
  private final Needs needs;
  private final InstantSource clock;
  private final Runnable done;
  private final SiteCrops crops;
  private Optional<Thread> thread = Optional.empty();
  private Optional<Wish> asked = Optional.empty();
  private boolean learning;
  private volatile boolean goOn;

  /** How often all cells were forgotten: what is learnt from cells of before counts no more. */
  private int forgettings;

  private int refusals;
  private int rest;
  private long lastSlide = -1;

  /**
   * @param pack as it came
   * @param done told on the learning thread when there is a calibration or a refusal
   */
  SiteLearner(ModelPack pack, SiteFolder folder, Needs needs, InstantSource clock, Runnable done)
      throws ProblemException {
    this.pack = pack;
    this.folder = folder;
    this.needs = needs;
    this.clock = clock;
    this.done = done;
    String model = pack.weightsSha256().substring(0, 12);
    this.crops =
        new SiteCrops(
            folder.path().resolve("cells-" + model),
            Integer.parseInt(pack.manifest().input().shape().get(1)),
            SiteCalibrator.MAX_CELLS);
  }

  /** Keeps what a counted field gives, unless the slide has given enough. */
  synchronized void keep(long slide, CellCrops cells, double scale) throws ProblemException {
    if (slide != lastSlide) {
      lastSlide = slide;
      rest = Math.max(0, rest - 1);
    }
    int taken = Math.min(cells.count(), crops.wanted(slide));
    if (rest == 0 && taken > 0) {
      crops.add(slide, cells.first(taken), scale);
    }
  }

  synchronized SiteCrops.Totals gathered() {
    return crops.totals();
  }

  synchronized boolean learning() {
    return learning;
  }

  /**
   * A person wants a calibration at the next pause, from however few cells: what is learnt, or a
   * {@link ProblemException} that says why nothing is.
   *
   * @throws ProblemException {@code site_too_few_cells}, {@code site_learning} at once
   */
  synchronized CompletableFuture<SiteCalibration> ask(SiteCalibrator.Care care)
      throws ProblemException {
    if (learning || asked.isPresent()) {
      throw new ProblemException(
          "site_learning", "a site calibration is being learnt", "look with site-list what came");
    }
    if (crops.totals().cells() < SiteCalibrator.MIN_CELLS) {
      throw tooFew();
    }
    asked = Optional.of(new Wish(care, new CompletableFuture<>()));
    return asked.get().outcome();
  }

  synchronized boolean asked() {
    return asked.isPresent();
  }

  private ProblemException tooFew() {
    return new ProblemException(
        "site_too_few_cells",
        crops.totals().cells() + " cells are kept, it takes " + SiteCalibrator.MIN_CELLS,
        "let the device read some slides; with a good calibration in use it keeps no cells");
  }

  /** No slide is open: learns if there is enough to learn from, or a person wants it. */
  @SuppressWarnings("ThreadPriorityCheck") // a hint where it is heeded; nothing relies on it
  synchronized void mayLearn() {
    SiteCrops.Totals have = crops.totals();
    boolean enough =
        have.cells() >= needs.cells()
            && have.fields() >= needs.fields()
            && have.slides() >= needs.slides();
    if (learning) {
      return;
    }
    if (asked.isPresent() && have.cells() < SiteCalibrator.MIN_CELLS) {
      refuseWish(tooFew()); // Learnt from or forgotten meanwhile.
    } else if (enough || asked.isPresent()) {
      goOn = true;
      learning = true;
      int since = forgettings;
      Thread learner = new Thread(() -> learn(since), "site");
      learner.setDaemon(true);
      learner.setPriority(Thread.MIN_PRIORITY);
      thread = Optional.of(learner);
      learner.start();
    }
  }

  /** A slide has begun: stops within one round. */
  synchronized void mustNotLearn() {
    goOn = false;
    if (!learning) {
      refuseWish(slideInProgress());
    }
  }

  private synchronized void refuseWish(ProblemException why) {
    asked.ifPresent(wish -> wish.outcome().completeExceptionally(why));
    asked = Optional.empty();
  }

  private static ProblemException slideInProgress() {
    return new ProblemException(
        "slide_in_progress",
        "a slide has begun; no site calibration is learnt while one is read",
        "ask again when it is finished");
  }

  /** A person undid a calibration: forgets all cells, and what is being learnt from them. */
  synchronized void forget() throws ProblemException {
    goOn = false;
    forgettings++;
    crops.clear();
  }

  private void learn(int since) {
    Optional<Wish> wish;
    synchronized (this) {
      wish = asked;
      asked = Optional.empty();
    }
    Optional<SiteCalibration> site = Optional.empty();
    Optional<Exception> problem = Optional.empty();
    try {
      site = attempt(wish.map(Wish::care).orElse(SiteCalibrator.Care.UNATTENDED), since);
    } catch (ProblemException e) {
      LOG.warn("no site calibration was learnt: {}", e.getMessage());
      problem = Optional.of(e);
    } catch (RuntimeException e) {
      LOG.error("learning a site calibration failed unforeseen", e);
      problem = Optional.of(e);
    }
    synchronized (this) {
      learning = false;
    }
    if (site.isPresent() || problem.isPresent()) {
      done.run();
    }
    if (wish.isPresent()) {
      CompletableFuture<SiteCalibration> outcome = wish.get().outcome();
      site.ifPresent(outcome::complete); // After that the other says nothing.
      outcome.completeExceptionally(problem.orElseGet(SiteLearner::slideInProgress));
    }
  }

  private Optional<SiteCalibration> attempt(SiteCalibrator.Care care, int since)
      throws ProblemException {
    CellCrops cells;
    SiteCrops.Totals have;
    double scale;
    synchronized (this) {
      requireUnforgotten(since);
      have = crops.totals();
      cells = crops.load();
      scale = crops.umPerPx();
    }
    LOG.info("learning a site calibration from {} cells of {} slides", have.cells(), have.slides());
    String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    Optional<SiteCalibration> site;
    try {
      site =
          new SiteCalibrator(pack)
              .learn(cells, new SiteCalibrator.Origin(now, scale, have.fields()), care, () -> goOn);
    } catch (ProblemException e) {
      refused(new SiteNotes.Refusal(now, have.cells(), e.problem()), since);
      throw e;
    }
    if (site.isPresent()) {
      learnt(site.get(), since);
    } else {
      requireUnforgotten(since);
      LOG.info("a slide has begun: the site calibration is put off");
    }
    return site;
  }

  private synchronized void learnt(SiteCalibration site, int since) throws ProblemException {
    requireUnforgotten(since);
    folder.add(site);
    crops.clear();
    refusals = 0;
    LOG.info("site calibration {} is used from the next slide on", site.id());
  }

  private synchronized void refused(SiteNotes.Refusal refusal, int since) throws ProblemException {
    requireUnforgotten(since);
    folder.notes().refused(refusal);
    crops.forgetHalf();
    rest = Math.min(LONGEST_REST, 1 << Math.min(refusals, 5));
    refusals++;
  }

  /** Nothing comes of cells that a person's undoing took away. */
  private synchronized void requireUnforgotten(int since) throws ProblemException {
    if (since != forgettings) {
      throw new ProblemException(
          "site_held",
          "a person undid the site calibration while the next one was learnt",
          "allow it again first: site-again, or kronocyte site again");
    }
  }

  /** Waits a little for a round that runs. */
  @Override
  public void close() {
    goOn = false;
    Optional<Thread> learner;
    synchronized (this) {
      learner = thread;
    }
    try {
      if (learner.isPresent()) {
        learner.get().join(CLOSE_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
