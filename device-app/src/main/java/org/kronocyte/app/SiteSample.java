package org.kronocyte.app;

import java.nio.ByteBuffer;
import org.kronocyte.classify.CellCrops;
import org.kronocyte.classify.ClassifiedCell;
import org.kronocyte.classify.CropSink;
import org.kronocyte.classify.StainMeans;
import org.kronocyte.image.FrameOrigin;
import org.kronocyte.image.Scale;

/**
 * The first few whole cells of the field that was read last, as copies of the crops they were named
 * by; unknown ones, too, since in a strange stain most may be unknown until it is learnt. Memory is
 * that of {@link SiteCrops#MAX_PER_FIELD} crops. One thread.
 */
final class SiteSample implements CellTap, CropSink {
  private final int sidePx;
  private final int cropBytes;
  private final ByteBuffer crops;
  private final float[] diametersUm = new float[SiteCrops.MAX_PER_FIELD];
  private int count;
  private double umPerPx;

  /**
   * @param sidePx of a crop
   */
  SiteSample(int sidePx) {
    this.sidePx = sidePx;
    this.cropBytes = sidePx * sidePx * 3;
    this.crops = ByteBuffer.allocateDirect(SiteCrops.MAX_PER_FIELD * cropBytes);
  }

  /** Forgets the field before. */
  @Override
  public CropSink field(FrameOrigin origin, Scale scale) {
    clear();
    umPerPx = scale.umPerPx();
    return this;
  }

  @Override
  public void take(ClassifiedCell cell, ByteBuffer crop) {
    if (count < SiteCrops.MAX_PER_FIELD
        && !cell.cell().touchesEdge()
        && !cell.verdict().noSingleCell()) {
      crops.put(count * cropBytes, crop, 0, cropBytes);
      diametersUm[count] = (float) cell.cell().diameterUm();
      count++;
    }
  }

  void clear() {
    count = 0;
  }

  int count() {
    return count;
  }

  /**
   * The cells in the size that the field shows them in.
   *
   * @param zoom by which the crops were magnified
   */
  CellCrops cells(double zoom) {
    CellCrops taken = new CellCrops(crops, count, sidePx, diametersUm);
    return zoom == 1 ? taken : taken.magnified(1 / zoom);
  }

  /** Scale of the field. */
  double umPerPx() {
    return umPerPx;
  }

  /** How dark the cells are, as {@link StainMeans}. */
  double[] stain() {
    return StainMeans.of(crops, count, cropBytes);
  }
}
