package org.kronocyte.config;

import java.nio.file.Path;
import java.util.Optional;
import org.kronocyte.config.yaml.ProblemList;
import org.kronocyte.config.yaml.YamlFile;
import org.kronocyte.config.yaml.YamlSection;
import org.kronocyte.problem.ProblemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All settings of a device. {@code deploy/kronocyte.example.yaml} shows every key with its default.
 *
 * @param mqtt empty if the file has no such section: nothing is published then
 */
public record DeviceConfig(
    DeviceIdentity device,
    CameraConfig camera,
    OpticsConfig optics,
    SlideConfig slide,
    QualityConfig quality,
    ModelsConfig models,
    Optional<MqttConfig> mqtt,
    HealthConfig health,
    BoardConfig board,
    ThreadsConfig threads,
    DataConfig data) {
  private static final Logger LOG = LoggerFactory.getLogger(DeviceConfig.class);

  /**
   * Reads a file.
   *
   * @param profiles gives the defaults of the board profile that the file names, e.g. {@code name
   *     -> BoardProfiles.load(name).defaults()}; not called if it names none, and what it throws is
   *     reported with the other problems
   * @throws ProblemException with everything that is wrong with the file
   */
  public static DeviceConfig read(Path file, BoardDefaults.Lookup profiles)
      throws ProblemException {
    ProblemList problems = new ProblemList(file.toString());
    return of(YamlFile.read(file, problems), problems, profiles);
  }

  static DeviceConfig of(YamlSection root, ProblemList problems, BoardDefaults.Lookup profiles)
      throws ProblemException {
    BoardConfig board = BoardConfig.read(root.section("board"));
    BoardDefaults defaults = defaults(board, profiles, problems);
    DeviceConfig config =
        new DeviceConfig(
            DeviceIdentity.read(root.section("device")),
            CameraConfigReader.read(root.section("camera"), defaults),
            OpticsConfig.read(root.section("optics")),
            SlideConfig.read(root.section("slide")),
            QualityConfig.read(root.section("quality")),
            ModelsConfig.read(root.section("models")),
            root.has("mqtt")
                ? Optional.of(MqttConfigReader.read(root.section("mqtt")))
                : Optional.empty(),
            HealthConfig.read(root.section("health")),
            board,
            ThreadsConfig.read(root.section("threads"), defaults),
            DataConfig.read(root.section("data")));
    root.finish();
    problems.throwIfAny();
    sayWhatIsUnusual(config);
    return config;
  }

  private static void sayWhatIsUnusual(DeviceConfig config) {
    if (config.mqtt().isEmpty()) {
      LOG.info("no section 'mqtt' in the configuration: nothing is published");
    }
    if (config.camera() instanceof CameraConfig.Virtual) {
      LOG.warn("SIMULATED: the camera is virtual, its results are for demonstration only");
    }
  }

  private static BoardDefaults defaults(
      BoardConfig board, BoardDefaults.Lookup profiles, ProblemList problems) {
    if (board.profile().isEmpty()) {
      return BoardDefaults.GENERIC;
    }
    try {
      return profiles.defaultsOf(board.profile().get());
    } catch (ProblemException e) {
      problems.add(e.problem());
      return BoardDefaults.GENERIC;
    }
  }
}
