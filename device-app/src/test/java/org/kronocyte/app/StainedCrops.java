package org.kronocyte.app;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.kronocyte.classify.CellCrops;
import org.kronocyte.image.Frame;
import org.kronocyte.image.ImageReader;
import org.kronocyte.image.Scale;
import org.kronocyte.infer.CalibrationRun;
import org.kronocyte.model.ModelPack;
import org.kronocyte.problem.ProblemException;

/**
 * Crops of real cells as another site's stain would show them: density in red, green and blue times
 * three numbers.
 */
final class StainedCrops {
  static final double UM_PER_PX = 0.15;

  private StainedCrops() {}

  /** Those of the images in which a cell is found in the middle. */
  static List<byte[]> of(Models models, List<Path> images, double[] stain) throws ProblemException {
    CentredCells cells = new CentredCells(models);
    ByteBuffer one = ByteBuffer.allocateDirect(models.classifier().cropBytes());
    List<byte[]> out = new ArrayList<>();
    for (Path image : images) {
      try (Frame frame = stained(image, stain)) {
        if (cells.cut(frame, Scale.configured(UM_PER_PX), one, 0, 1).length == 1) {
          byte[] crop = new byte[one.capacity()];
          one.get(0, crop);
          out.add(crop);
        }
      }
    }
    return out;
  }

  /** A picture in that stain; the caller closes it. */
  static Frame stained(Path image, double[] stain) throws ProblemException {
    try (Frame frame = ImageReader.read(image)) {
      byte[] bgr = new byte[frame.width() * frame.height() * 3];
      frame.bgr().get(0, 0, bgr);
      for (int i = 0; i < bgr.length; i++) {
        bgr[i] = (byte) Math.rint(255 * Math.pow((bgr[i] & 0xff) / 255.0, stain[2 - i % 3]));
      }
      return Frame.ofBgr(bgr, frame.width(), frame.height(), frame.capturedAt(), frame.origin());
    }
  }

  /** For {@link org.kronocyte.classify.SiteCalibrator}. */
  static CellCrops together(ModelPack pack, List<byte[]> cells) {
    return new CellCrops(buffer(cells), cells.size(), side(pack));
  }

  /** Share of the cells that the network names so at the first look. */
  static double recall(ModelPack pack, String label, List<byte[]> cells) throws ProblemException {
    int wanted = pack.manifest().labels().indexOf(label);
    int right = 0;
    try (CalibrationRun run = CalibrationRun.open(pack)) {
      float[] mix = new float[pack.manifest().labels().size()];
      Arrays.fill(mix, 1f / mix.length);
      for (float[] logits : run.run(buffer(cells), cells.size(), side(pack), mix, 0).logits()) {
        int best = 0;
        for (int k = 1; k < logits.length; k++) {
          best = logits[k] > logits[best] ? k : best;
        }
        right += best == wanted ? 1 : 0;
      }
    }
    return (double) right / cells.size();
  }

  private static int side(ModelPack pack) {
    return Integer.parseInt(pack.manifest().input().shape().get(1));
  }

  private static ByteBuffer buffer(List<byte[]> cells) {
    ByteBuffer out = ByteBuffer.allocateDirect(cells.size() * cells.get(0).length);
    cells.forEach(out::put);
    return out.clear();
  }
}
