package org.kronocyte.app;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.kronocyte.classify.CellCrops;
import org.kronocyte.classify.Classifier;
import org.kronocyte.classify.SiteCalibrator;
import org.kronocyte.image.Frame;
import org.kronocyte.image.Scale;
import org.kronocyte.model.SiteCalibration;
import org.kronocyte.problem.ProblemException;

/**
 * Collects the cells of a site's images, as many as a calibration can use, and learns from them.
 * One thread.
 */
public final class SiteCells {
  private static final int SEED = 7;

  private final CentredCells cells;
  private final SiteCalibrator calibrator;
  private final Scale scale;
  private final ByteBuffer crops;
  private final float[] diametersUm = new float[SiteCalibrator.MAX_CELLS];
  private final int sidePx;
  private int count;
  private int images;

  public SiteCells(Models models, Scale scale) throws ProblemException {
    Classifier classifier = models.classifier();
    this.cells = new CentredCells(models);
    this.calibrator = new SiteCalibrator(models.classifierPack());
    this.scale = scale;
    this.sidePx = classifier.cropSidePx();
    this.crops = ByteBuffer.allocateDirect(SiteCalibrator.MAX_CELLS * classifier.cropBytes());
  }

  /** In an order that mixes slides and classes, always the same. */
  public static <T> List<T> shuffled(List<T> inputs) {
    List<T> out = new ArrayList<>(inputs);
    Collections.shuffle(out, new Random(SEED));
    return out;
  }

  /** Takes the whole cells of one image: a field, or one cell in the middle. */
  public void add(Frame frame, int imagesToCome) throws ProblemException {
    // Every image gets its share of what is left, so that the first ones don't take it all.
    int room = (SiteCalibrator.MAX_CELLS - count) / Math.max(1, imagesToCome + 1);
    int left = SiteCalibrator.MAX_CELLS - count;
    double[] diameters = cells.cut(frame, scale, crops, count, Math.min(left, Math.max(1, room)));
    for (double diameter : diameters) {
      diametersUm[count++] = (float) diameter;
    }
    images += diameters.length > 0 ? 1 : 0;
  }

  /** Cells collected so far. */
  public int count() {
    return count;
  }

  /**
   * Learns the correction and writes it.
   *
   * @throws ProblemException with a reason {@code site_…} if it is refused; nothing is written then
   */
  public SiteCalibration learn(InstantSource clock, Path out) throws ProblemException {
    SiteCalibration site = learn(clock, SiteCalibrator.Care.ATTENDED);
    AtomicFile.write(out, site.toJson());
    return site;
  }

  /**
   * Learns the correction and writes nothing.
   *
   * @param care attended as {@code kronocyte calibrate}, unattended as a daemon by itself
   * @throws ProblemException with a reason {@code site_…} if it is refused
   */
  public SiteCalibration learn(InstantSource clock, SiteCalibrator.Care care)
      throws ProblemException {
    String created = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    SiteCalibrator.Origin origin = new SiteCalibrator.Origin(created, scale.umPerPx(), images);
    CellCrops cells = new CellCrops(crops, count, sidePx, diametersUm);
    return calibrator.learn(cells, origin, care, () -> true).orElseThrow();
  }
}
