package org.kronocyte.config;

import java.nio.file.Path;
import java.util.Optional;
import org.kronocyte.config.yaml.Values;
import org.kronocyte.config.yaml.YamlSection;

/**
 * The networks.
 *
 * @param dir absolute path of the folder with installed model packs; empty for the packs the
 *     program came with
 * @param engine what runs them
 * @param segmenter the network, or thresholds and watershed
 * @param secondOpinion compare the network with the thresholds in every field
 * @param site where the classifier's site calibration comes from
 */
public record ModelsConfig(
    Optional<Path> dir,
    EngineKind engine,
    SegmenterChoice segmenter,
    boolean secondOpinion,
    SiteSetting site) {
  /** What finds cells. */
  public enum SegmenterChoice {
    NETWORK,
    CLASSICAL
  }

  static ModelsConfig read(YamlSection in) {
    ModelsConfig models =
        new ModelsConfig(
            Values.path(in, "dir", "/var/lib/kronocyte/models"),
            Values.choice(in, "engine", EngineKind.class).orElse(EngineKind.AUTO),
            Values.choice(in, "segmenter", SegmenterChoice.class).orElse(SegmenterChoice.NETWORK),
            Values.flag(in, "second_opinion", false).orElse(false),
            SiteSetting.read(in));
    in.finish();
    return models;
  }
}
