package org.kronocyte.model;

import java.util.Arrays;
import java.util.Map;

/** Site calibrations that are one number, so that everybody sees whether they are used. */
public final class Sites {
  private Sites() {}

  /**
   * A calibration that makes every cell the class at an index.
   *
   * @param created ISO 8601
   */
  public static SiteCalibration favouring(ModelPack pack, int index, String created) {
    return favouring(pack, index, created, pack.weightsSha256(), null);
  }

  /**
   * The same of another model or stain.
   *
   * @param weightsSha256 of the model it says it belongs to
   * @param stain red, green, blue; may be null
   */
  public static SiteCalibration favouring(
      ModelPack pack, int index, String created, String weightsSha256, double[] stain) {
    float[] gain = new float[pack.manifest().labels().size()];
    float[] shift = new float[gain.length];
    Arrays.fill(gain, 1);
    shift[index] = 900;
    return new SiteCalibration(
        SiteCalibration.SCHEMA,
        created,
        pack.id(),
        weightsSha256,
        0.1,
        40,
        40,
        Map.of("LYT", 1.0),
        0.5,
        0.6,
        Map.of("head", new SiteCalibration.Correction(gain, shift)),
        stain,
        null);
  }
}
