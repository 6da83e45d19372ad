package org.kronocyte.app;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import org.kronocyte.classify.CropSink;
import org.kronocyte.classify.SiteCalibrator;
import org.kronocyte.config.SiteSetting;
import org.kronocyte.image.FrameOrigin;
import org.kronocyte.image.Scale;
import org.kronocyte.model.ModelPack;
import org.kronocyte.model.SiteCalibration;
import org.kronocyte.problem.Problem;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.SiteAnswer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device's site calibration: which one the next slide is read with, and with {@link
 * SiteSetting.Mode#AUTO} the cells the next one is learnt from.
 *
 * <p>A slide is read with one calibration from its first field to its last, the one its plan names,
 * also after a restart. Drawn cells teach nothing, and are read without any. {@link #next}, {@link
 * #figures}, {@link #answer}, {@link #calibrate}, {@link #undo} and {@link #again} may be called by
 * any thread, the rest by the reading one.
 */
public final class SiteKeeper implements CellTap, AutoCloseable {
  /** In {@code quality.reasons}: the slide's calibration can't be used, cells are read without. */
  public static final String REFUSED = "site_calibration_refused";

  private static final Logger LOG = LoggerFactory.getLogger(SiteKeeper.class);

  private final SiteSetting.Mode mode;
  private final SiteInUse inUse;
  private final SiteNotes notes;
  private final SiteClassifiers classifiers;
  private final Optional<SiteLearner> learner;
  private final InstantSource clock;
  private final RecentStain recent;
  private final SiteSample sample;
  private double zoom = 1;
  private boolean idle;
  private Runnable changed = () -> {};

  /**
   * Opens what is configured. A calibration that can't be used is a warning here, and in every
   * result.
   *
   * @param models as they came; they stay the caller's
   * @param simulated whether cells are drawn: then nothing is learnt or used
   */
  public static SiteKeeper open(
      SiteSetting setting,
      Models models,
      EngineChoice choice,
      int threads,
      Path dataFolder,
      boolean simulated,
      InstantSource clock)
      throws ProblemException {
    SiteSetting used = simulated ? SiteSetting.NONE : setting;
    return new SiteKeeper(
        used,
        models,
        new SiteClassifiers(models, choice, threads),
        new SiteFolder(dataFolder),
        SiteLearner.Needs.STANDARD,
        clock);
  }

  SiteKeeper(
      SiteSetting setting,
      Models models,
      SiteClassifiers classifiers,
      SiteFolder folder,
      SiteLearner.Needs needs,
      InstantSource clock)
      throws ProblemException {
    this.mode = setting.mode();
    ModelPack pack = models.classifierPack();
    this.inUse = new SiteInUse(setting, pack, folder);
    this.notes = folder.notes();
    this.classifiers = classifiers;
    this.clock = clock;
    this.sample = new SiteSample(models.classifier().cropSidePx());
    boolean auto = mode == SiteSetting.Mode.AUTO;
    this.recent = auto ? notes.recent() : new RecentStain();
    this.learner =
        auto
            ? Optional.of(new SiteLearner(pack, folder, needs, clock, this::refreshAndTell))
            : Optional.empty();
  }

  /** Told on any thread when another calibration is in use or one was refused. */
  void onChange(Runnable listener) {
    changed = listener;
  }

  /** Why the configured calibration can't be used. */
  public Optional<Problem> fault() {
    return inUse.fault();
  }

  /** How the plan of a slide that starts now names its calibration; empty for none. */
  public Optional<String> next() {
    return inUse.next();
  }

  /**
   * A slide is read from now on.
   *
   * @param planned the calibration its plan names
   */
  SiteClassifiers.Reading begin(Optional<String> planned) {
    idle = false;
    zoom = 1;
    learner.ifPresent(SiteLearner::mustNotLearn);
    if (planned.isEmpty()) {
      return classifiers.plain();
    }
    try {
      Optional<SiteCalibration> site = inUse.find(planned.get());
      if (site.isPresent()) {
        SiteClassifiers.Reading reading = classifiers.with(site.get());
        zoom = site.get().zoom();
        return reading;
      }
      LOG.error("the slide's site calibration '{}' isn't there", planned.get());
    } catch (ProblemException e) {
      LOG.error("the slide's site calibration can't be used: {}", e.getMessage());
    }
    return classifiers.plain(REFUSED);
  }

  @Override
  public CropSink field(FrameOrigin origin, Scale scale) {
    CropSink sink = sample.field(origin, scale);
    return mode == SiteSetting.Mode.NONE || origin.simulated() ? CropSink.NONE : sink;
  }

  /** The field that was read last was counted on a slide. */
  void counted(long slide) {
    if (sample.count() == 0) {
      return;
    }
    synchronized (this) {
      recent.add(sample.stain(), sample.count());
    }
    if (learner.isPresent() && wanting()) {
      try {
        learner.get().keep(slide, sample.cells(zoom), sample.umPerPx());
      } catch (ProblemException e) {
        LOG.warn("cells for a site calibration can't be kept: {}", e.getMessage());
      }
    }
    sample.clear();
  }

  /** Without a calibration, or with one that has aged; never against a person's will. */
  private synchronized boolean wanting() {
    return !inUse.held() && (inUse.current().isEmpty() || !condition().warnings().isEmpty());
  }

  /** No slide is open. */
  void betweenSlides() {
    if (learner.isEmpty()) {
      return;
    }
    if (!idle) {
      idle = true;
      noteStain();
    }
    if (wanting() || learner.get().asked()) {
      learner.get().mayLearn();
    }
  }

  private synchronized void noteStain() {
    try {
      notes.recent(recent);
    } catch (ProblemException e) {
      LOG.warn("the stain of recent cells can't be noted: {}", e.getMessage());
    }
  }

  /**
   * Goes back to the calibration before, from the next slide on, and learns no other until {@link
   * #again}.
   *
   * @return the one undone
   * @throws ProblemException {@code no_site_calibration}; {@code site_not_learnt} if it isn't the
   *     device that looks after it
   */
  public SiteCalibration undo() throws ProblemException {
    inUse.requireAuto();
    SiteLearner learning = learner.orElseThrow();
    SiteCalibration undone;
    synchronized (learning) { // Nothing learnt may come in between.
      undone = inUse.undo();
      learning.forget();
    }
    LOG.warn("site calibration {} was undone by a person", undone.id());
    refreshAndTell();
    return undone;
  }

  /** May learn again after {@link #undo}; how many undone calibrations were forgotten. */
  public int again() throws ProblemException {
    int gone = inUse.again();
    refreshAndTell();
    return gone;
  }

  /**
   * Learns from the cells there are, few or many, as soon as no slide is open.
   *
   * @param care attended only if a person has looked at the slides the cells come from
   * @return what is learnt, or a {@link ProblemException} that says why nothing is
   * @throws ProblemException {@code site_too_few_cells}, {@code site_held}, {@code site_learning},
   *     {@code site_not_learnt}
   */
  Future<SiteCalibration> calibrate(SiteCalibrator.Care care) throws ProblemException {
    inUse.requireAuto();
    if (inUse.held()) {
      throw new ProblemException(
          "site_held",
          "a person undid the last site calibration, so that none is learnt",
          "allow it again first: site-again, or kronocyte site again");
    }
    return learner.orElseThrow().ask(care);
  }

  /** All calibrations there are, and what the next slide is read with. */
  SiteAnswer answer() throws ProblemException {
    synchronized (this) {
      SiteCrops.Totals have =
          learner.map(SiteLearner::gathered).orElse(new SiteCrops.Totals(0, 0, 0));
      return new SiteAnswer(
          state(condition()),
          next(),
          have.cells(),
          have.slides(),
          inUse.all(),
          mode == SiteSetting.Mode.AUTO
              ? notes.refusal().map(SiteAnswers::refusal)
              : Optional.empty());
    }
  }

  private void refreshAndTell() {
    try {
      inUse.refresh();
    } catch (ProblemException e) {
      LOG.error("the site calibrations can't be read: {}", e.getMessage());
    }
    changed.run();
  }

  private SiteCondition condition() {
    return SiteCondition.of(inUse.current(), recent, clock.instant());
  }

  /** For the health message. */
  Map<String, Object> figures() {
    Map<String, Object> out = new LinkedHashMap<>();
    SiteCondition now;
    synchronized (this) {
      now = condition();
      out.put("site_state", state(now));
      out.put("site_calibration", now.site().map(SiteCalibration::id).orElse("none"));
      inUse.fault().ifPresent(problem -> out.put("site_problem", problem.sentence()));
    }
    now.ageDays().ifPresent(days -> out.put("site_age_days", days));
    now.shift().ifPresent(shift -> out.put("site_stain_shift", shift));
    learner.ifPresent(
        l -> {
          SiteCrops.Totals have = l.gathered();
          out.put("site_cells_gathered", have.cells());
          out.put("site_slides_gathered", have.slides());
          notes.refusal().ifPresent(r -> out.put("site_problem", r.problem().sentence()));
        });
    if (!now.warnings().isEmpty()) {
      out.put("site_problem", String.join("; ", now.warnings()));
    }
    return out;
  }

  private String state(SiteCondition now) {
    if (inUse.fault().isPresent()) {
      return "refused";
    }
    if (mode == SiteSetting.Mode.NONE) {
      return "off";
    }
    if (inUse.held()) {
      return "held";
    }
    if (learner.filter(SiteLearner::learning).isPresent()) {
      return "learning";
    }
    return now.site().isEmpty() ? "gathering" : now.warnings().isEmpty() ? "in_use" : "ageing";
  }

  @Override
  public void close() {
    learner.ifPresent(SiteLearner::close);
    classifiers.close();
  }
}
