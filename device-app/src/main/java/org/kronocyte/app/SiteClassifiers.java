package org.kronocyte.app;

import java.util.List;
import java.util.Optional;
import org.kronocyte.classify.Classifier;
import org.kronocyte.infer.Engine;
import org.kronocyte.model.ModelPack;
import org.kronocyte.model.SiteCalibration;
import org.kronocyte.problem.ProblemException;

/** The classifier as it came, and the same with the one calibration a slide needs. One thread. */
final class SiteClassifiers implements AutoCloseable {
  private final ModelPack pack;
  private final Classifier plain;
  private final EngineChoice choice;
  private final int threads;
  private Optional<Corrected> corrected = Optional.empty();

  private record Corrected(SiteCalibration site, Engine engine, Classifier classifier) {}

  /**
   * How a slide's cells are named.
   *
   * @param classifier whose answers count
   * @param plain also asked, if the first one is calibrated, so that no blast is lost
   * @param reasons for {@code quality.reasons}
   */
  record Reading(Classifier classifier, Optional<Classifier> plain, List<String> reasons) {
    /** With the model as it came. */
    static Reading plain(Classifier classifier, String... reasons) {
      return new Reading(classifier, Optional.empty(), List.of(reasons));
    }
  }

  /**
   * @param models without a site's correction; they stay the caller's
   * @param choice what calibrated forms may be opened as
   */
  SiteClassifiers(Models models, EngineChoice choice, int threads) throws ProblemException {
    this.pack = models.classifierPack();
    this.plain = models.classifier();
    this.choice = choice;
    this.threads = threads;
  }

  /** As the model came. */
  Reading plain(String... reasons) {
    return Reading.plain(plain, reasons);
  }

  /** With a calibration; opens an engine where it isn't the one of the last call. */
  Reading with(SiteCalibration site) throws ProblemException {
    if (corrected.filter(c -> c.site().id().equals(site.id())).isEmpty()) {
      close();
      ModelPack at = pack.at(site);
      Engine engine = choice.open(at, threads);
      try {
        corrected = Optional.of(new Corrected(site, engine, new Classifier(at, engine)));
      } finally {
        if (corrected.isEmpty()) {
          engine.close();
        }
      }
    }
    return new Reading(corrected.get().classifier(), Optional.of(plain), List.of());
  }

  @Override
  public void close() {
    corrected.ifPresent(c -> c.engine().close());
    corrected = Optional.empty();
  }
}
