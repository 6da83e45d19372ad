package org.kronocyte.app;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.kronocyte.config.SiteSetting;
import org.kronocyte.model.ModelPack;
import org.kronocyte.model.SiteCalibration;
import org.kronocyte.problem.Problem;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.SiteAnswer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which site calibration the next slide is read with: the configured file, the newest that was
 * learnt, or none. Thread-safe.
 */
final class SiteInUse {
  private static final Logger LOG = LoggerFactory.getLogger(SiteInUse.class);

  private final SiteSetting.Mode mode;
  private final ModelPack pack;
  private final SiteFolder folder;
  private Optional<SiteCalibration> current = Optional.empty();
  private Optional<Problem> fault = Optional.empty();
  private boolean held;

  /** Takes up what is configured; a file that can't be used is a {@link #fault}. */
  SiteInUse(SiteSetting setting, ModelPack pack, SiteFolder folder) throws ProblemException {
    this.mode = setting.mode();
    this.pack = pack;
    this.folder = folder;
    if (setting.file().isPresent()) {
      use(setting.file().get());
    } else {
      refresh();
    }
  }

  private void use(Path file) {
    try {
      SiteCalibration site = SiteCalibration.read(file);
      ModelPack unused = pack.at(site);
      current = Optional.of(site);
      LOG.info("site calibration {} from {}", site.id(), file);
    } catch (ProblemException e) {
      fault = Optional.of(e.problem());
      LOG.error("cells are read WITHOUT the site calibration: {}", e.problem().sentence());
    }
  }

  /** Looks again at what was learnt. */
  synchronized void refresh() throws ProblemException {
    if (mode == SiteSetting.Mode.AUTO) {
      current = folder.current(pack.weightsSha256()).map(SiteFolder.Entry::site);
      held = folder.held(pack.weightsSha256());
    }
  }

  synchronized Optional<SiteCalibration> current() {
    return current;
  }

  /** Why the configured calibration can't be used. */
  synchronized Optional<Problem> fault() {
    return fault;
  }

  /** Whether a person undid the newest one: none is learnt against their will. */
  synchronized boolean held() {
    return held;
  }

  /** How the plan of a slide that starts now names its calibration; empty for none. */
  synchronized Optional<String> next() {
    return fault
        .map(problem -> "refused: " + problem.code())
        .or(() -> current.map(SiteCalibration::id));
  }

  /** All there are, for people. */
  synchronized List<SiteAnswer.Calibration> all() throws ProblemException {
    List<SiteFolder.Entry> learnt =
        mode == SiteSetting.Mode.AUTO ? folder.entries() : List.<SiteFolder.Entry>of();
    return SiteAnswers.calibrations(learnt, current, pack.weightsSha256());
  }

  /** The calibration that the plan of an older slide names. */
  synchronized Optional<SiteCalibration> find(String id) throws ProblemException {
    if (current.filter(site -> site.id().equals(id)).isPresent()) {
      return current;
    }
    return mode == SiteSetting.Mode.AUTO ? folder.find(id) : Optional.empty();
  }

  /**
   * Goes back to the one before.
   *
   * @return the one undone
   * @throws ProblemException {@code no_site_calibration}, {@code site_not_learnt}
   */
  SiteCalibration undo() throws ProblemException {
    requireAuto();
    return folder.undo(Optional.of(pack.weightsSha256()));
  }

  /**
   * Forgets those undone; how many.
   *
   * @throws ProblemException {@code site_not_learnt}
   */
  int again() throws ProblemException {
    requireAuto();
    return folder.again();
  }

  /**
   * Says that nothing is learnt here.
   *
   * @throws ProblemException {@code site_not_learnt}
   */
  void requireAuto() throws ProblemException {
    if (mode != SiteSetting.Mode.AUTO) {
      throw new ProblemException(
          "site_not_learnt",
          "this daemon learns no site calibration: models.site is not auto, or its cells are drawn",
          "change models.site and restart the daemon");
    }
  }
}
