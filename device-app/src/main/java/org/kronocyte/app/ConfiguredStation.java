package org.kronocyte.app;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.kronocyte.board.Board;
import org.kronocyte.board.BoardProfiles;
import org.kronocyte.board.Machine;
import org.kronocyte.board.ThreadScheduler;
import org.kronocyte.board.pi4j.BoardOpener;
import org.kronocyte.camera.FrameSource;
import org.kronocyte.config.DeviceConfig;
import org.kronocyte.config.QualityConfig;
import org.kronocyte.config.SpecimenKind;
import org.kronocyte.image.Natives;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.DeviceAddress;
import org.kronocyte.quality.QualityGate;
import org.kronocyte.quality.ScaleTracker;
import org.kronocyte.slide.Specimen;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From the configuration file to a station. */
public final class ConfiguredStation {
  private static final Logger LOG = LoggerFactory.getLogger(ConfiguredStation.class);

  private ConfiguredStation() {}

  /** Reads and checks a configuration without opening any device. */
  public static DeviceConfig read(Path file) throws ProblemException {
    return DeviceConfig.read(file, name -> BoardProfiles.load(name).defaults());
  }

  /**
   * Opens everything a configuration names.
   *
   * @param shippedModels the packs to use where the configuration names none
   * @param scheduler for the board's button and lamp; outlives the station
   */
  public static Station open(
      DeviceConfig config, Path shippedModels, ThreadScheduler scheduler, Clock clock)
      throws ProblemException {
    Natives.load();
    DeviceAddress address = DeviceAddress.of(config.device().site(), config.device().name());
    Optional<Uplink> uplink = uplink(config, address);
    Models models =
        Models.load(config.models().dir().orElse(shippedModels), config.threads().inference());
    try {
      Machine machine = Machine.at(Path.of("/"), System.getProperty("os.arch"));
      Optional<Board> board = BoardOpener.open(config.board().profile(), machine, scheduler);
      FrameSource source = Sources.open(config.camera(), clock);
      if (source.simulated()) {
        LOG.warn("SIMULATED: {}; no result of this run is a specimen's", source.describe());
      } else {
        LOG.info("source: {}", source.describe());
      }
      return new Station(
          new Station.Plan(
              source,
              models,
              config.optics().umPerPx().isPresent()
                  ? ScaleTracker.configured(config.optics().umPerPx().getAsDouble())
                  : ScaleTracker.estimating(),
              limits(config.quality()),
              config.slide().specimen() == SpecimenKind.MARROW ? Specimen.MARROW : Specimen.BLOOD,
              config.slide().plannedCells(),
              config.slide().id(),
              address,
              uplink,
              board,
              config.health().interval(),
              config.data().dir()),
          clock,
          List.of());
    } catch (ProblemException | RuntimeException e) {
      models.close();
      throw e;
    }
  }

  private static Optional<Uplink> uplink(DeviceConfig config, DeviceAddress address)
      throws ProblemException {
    if (config.mqtt().isEmpty()) {
      LOG.warn("no mqtt section in the configuration: results stay on this device");
      return Optional.empty();
    }
    return Optional.of(Uplinks.of(config.mqtt().get(), address));
  }

  private static QualityGate.Limits limits(QualityConfig quality) {
    QualityGate.Limits standard = QualityGate.Limits.DEFAULT;
    return new QualityGate.Limits(
        quality.minFocus().orElse(standard.minFocus()),
        quality.maxSaturatedShare(),
        standard.minBackground(),
        standard.minStainedShare(),
        quality.repeatWindow());
  }
}
