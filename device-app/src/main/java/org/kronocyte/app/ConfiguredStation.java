package org.kronocyte.app;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.kronocyte.board.Board;
import org.kronocyte.board.BoardProfiles;
import org.kronocyte.board.Machine;
import org.kronocyte.board.ThreadScheduler;
import org.kronocyte.board.pi4j.BoardOpener;
import org.kronocyte.camera.FrameSource;
import org.kronocyte.camera.Sleeper;
import org.kronocyte.config.DataConfig;
import org.kronocyte.config.DeviceConfig;
import org.kronocyte.config.ModelsConfig;
import org.kronocyte.config.QualityConfig;
import org.kronocyte.config.SpecimenKind;
import org.kronocyte.image.Natives;
import org.kronocyte.model.Form;
import org.kronocyte.problem.Problem;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.DeviceAddress;
import org.kronocyte.quality.QualityGate;
import org.kronocyte.quality.ScaleTracker;
import org.kronocyte.slide.Specimen;
import org.kronocyte.store.Database;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From the configuration file to a station. */
public final class ConfiguredStation {
  private static final Logger LOG = LoggerFactory.getLogger(ConfiguredStation.class);

  private ConfiguredStation() {}

  /** Reads and checks a configuration without opening any device. */
  public static DeviceConfig read(Path file) throws ProblemException {
    DeviceConfig config = DeviceConfig.read(file, name -> BoardProfiles.load(name).defaults());
    uplink(config, address(config));
    return config;
  }

  private static DeviceAddress address(DeviceConfig config) throws ProblemException {
    return DeviceAddress.of(config.device().site(), config.device().name());
  }

  /**
   * Opens everything a configuration names.
   *
   * @param shippedModels the packs to use where the configuration names none
   * @param scheduler for the board's button and lamp; outlives the station
   * @param waiting told what the start waits for, again and again
   */
  public static Station open(
      DeviceConfig config,
      Path shippedModels,
      ThreadScheduler scheduler,
      Clock clock,
      Consumer<Problem> waiting)
      throws ProblemException, InterruptedException {
    Natives.load();
    DeviceAddress address = address(config);
    Optional<Uplink> uplink = uplink(config, address);
    if (uplink.isEmpty()) {
      LOG.warn("no mqtt section in the configuration: results stay on this device");
    }
    List<AutoCloseable> opened = new ArrayList<>();
    Machine machine = Machine.at(Path.of("/"), System.getProperty("os.arch"));
    EarlyBoard board =
        new EarlyBoard(() -> BoardOpener.open(config.board().profile(), machine, scheduler));
    opened.add(board);
    try {
      // First, so that a second daemon on the folder disturbs nothing.
      StoreOpening opening =
          new StoreOpening(
              Sleeper.REAL,
              problem -> {
                waiting.accept(problem);
                board.showTrouble();
              });
      Storage storage = storage(config.data(), opening, clock);
      opened.add(storage.database());
      new SlideRequests(storage.database()).forgetOld();
      Models models =
          Models.load(
                  config.models().dir().orElse(shippedModels),
                  engine(config),
                  config.threads().inference())
              .with(finding(config.models()));
      opened.add(models);
      LOG.info(
          "models: {}, {} in {}",
          models
              .network()
              .map(n -> n.pack().id() + " in " + n.engine().describe())
              .orElse("thresholds"),
          models.classifierPack().id(),
          models.classifierEngine().describe());
      Optional<Board> used = board.get();
      FrameSource source = Sources.open(config.camera(), clock);
      if (source.simulated()) {
        LOG.warn("SIMULATED: {}; no result of this run is a specimen's", source.describe());
      } else {
        LOG.info("source: {}", source.describe());
      }
      SiteKeeper site =
          SiteKeeper.open(
              config.models().site(),
              models,
              engine(config),
              config.threads().inference(),
              config.data().dir(),
              source.simulated(),
              clock);
      return new Station(
          new Station.Plan(
              source,
              models,
              config.threads().overlap().orElseGet(WorkAhead::worthwhile),
              config.optics().umPerPx().isPresent()
                  ? ScaleTracker.configured(config.optics().umPerPx().getAsDouble())
                  : ScaleTracker.estimating(),
              limits(config.quality()),
              config.slide().specimen() == SpecimenKind.MARROW ? Specimen.MARROW : Specimen.BLOOD,
              config.slide().plannedCells(),
              config.slide().id(),
              address,
              uplink,
              used,
              config.health().interval(),
              storage,
              Optional.of(site)),
          clock,
          List.of());
    } catch (ProblemException | InterruptedException | RuntimeException e) {
      Closing.all(opened, e);
      throw e;
    }
  }

  private static EngineChoice engine(DeviceConfig config) {
    return switch (config.models().engine()) {
      case AUTO -> EngineChoice.measured(config.data().dir());
      case ONNX -> EngineChoice.of(Form.ONNX);
      case TFLITE -> EngineChoice.of(Form.TFLITE);
    };
  }

  private static CellFinder.Choice finding(ModelsConfig models) {
    return new CellFinder.Choice(
        switch (models.segmenter()) {
          case NETWORK -> SegmenterKind.NETWORK;
          case CLASSICAL -> SegmenterKind.CLASSICAL;
        },
        models.secondOpinion());
  }

  private static Storage storage(DataConfig data, StoreOpening opening, Clock clock)
      throws ProblemException, InterruptedException {
    Database.Settings settings =
        new Database.Settings(data.secureDelete(), Database.Settings.STANDARD.busyTimeout());
    return new Storage(
        opening.open(() -> Database.ownOrSalvage(data.dir(), settings, clock)),
        data.outboxMaxMb() * 1024L * 1024,
        data.keep());
  }

  private static Optional<Uplink> uplink(DeviceConfig config, DeviceAddress address)
      throws ProblemException {
    if (config.mqtt().isEmpty()) {
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
