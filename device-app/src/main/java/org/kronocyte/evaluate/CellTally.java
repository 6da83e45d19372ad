package org.kronocyte.evaluate;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import org.kronocyte.image.Box;

/**
 * Single cells against single cells: detection at IoU 0.5, panoptic quality [1], aggregated Jaccard
 * index [2] and the error of counting, kept as sums so that images can be pooled.
 *
 * <p>A found cell that the program itself doesn't take for a white cell (rejected, or a platelet)
 * may match a true one, but unmatched it is neither extra nor a false positive.
 *
 * <p>[1] Kirillov et al., Panoptic segmentation, CVPR 2019. [2] Kumar et al., A dataset and a
 * technique for generalized nuclear segmentation, IEEE TMI 36, 2017.
 *
 * @param images added
 * @param truth true cells
 * @param matched true cells with a found one at IoU 0.5
 * @param extra found cells, not rejected and no platelets, that match none
 * @param iouSum over the matched pairs
 * @param ajiShared pixels shared by each true cell and the found one that fits it best
 * @param ajiAll pixels of those unions, and of found cells that fit none best
 * @param countError sum over the images of |taken for white cells - true|
 */
public record CellTally(
    int images,
    int truth,
    int matched,
    int extra,
    double iouSum,
    long ajiShared,
    long ajiAll,
    int countError) {
  public static final CellTally NONE = new CellTally(0, 0, 0, 0, 0, 0, 0, 0);

  /**
   * Compares by pixels.
   *
   * @param accepted whether the program takes each found number for a white cell; from 0, which is
   *     not used; numbers beyond its end are taken
   */
  static CellTally of(Instances truth, Instances found, boolean[] accepted) {
    Overlaps overlaps = new Overlaps(truth, found);
    List<Matching.Pair> overlapping = overlaps.pairs();
    List<Matching.Pair> pairs = Matching.best(overlapping);
    Set<Integer> matched = new HashSet<>();
    pairs.forEach(p -> matched.add(p.found()));
    int[] bestOf = new int[truth.most() + 1];
    double[] bestIou = new double[truth.most() + 1];
    for (Matching.Pair p : overlapping) {
      int t = p.truth();
      if (p.iou() > bestIou[t] || (p.iou() == bestIou[t] && p.found() < bestOf[t])) {
        bestOf[t] = p.found();
        bestIou[t] = p.iou();
      }
    }
    Set<Integer> used = new HashSet<>();
    int cells = 0;
    long shared = 0;
    long all = 0;
    for (int t = 1; t <= truth.most(); t++) {
      cells += truth.areas()[t] > 0 ? 1 : 0;
      int f = bestOf[t];
      shared += f == 0 ? 0 : overlaps.shared(t, f);
      all += f == 0 ? truth.areas()[t] : overlaps.union(t, f);
      used.add(f);
    }
    int extra = 0;
    int taken = 0;
    for (int f = 1; f <= found.most(); f++) {
      boolean counts = found.areas()[f] > 0 && (f >= accepted.length || accepted[f]);
      taken += counts ? 1 : 0;
      extra += counts && !matched.contains(f) ? 1 : 0;
      all += counts && !used.contains(f) ? found.areas()[f] : 0;
    }
    return new CellTally(
        1, cells, pairs.size(), extra, iouSum(pairs), shared, all, Math.abs(taken - cells));
  }

  /** Compares boxes; there are no pixels, so no aggregated Jaccard index. */
  static CellTally ofBoxes(List<Box> truth, List<Box> found, boolean[] accepted) {
    List<Matching.Pair> pairs = Matching.best(Matching.overlaps(truth, found));
    Set<Integer> matched = new HashSet<>();
    pairs.forEach(p -> matched.add(p.found()));
    int extra = 0;
    int taken = 0;
    for (int f = 0; f < found.size(); f++) {
      taken += accepted[f + 1] ? 1 : 0;
      extra += accepted[f + 1] && !matched.contains(f) ? 1 : 0;
    }
    return new CellTally(
        1, truth.size(), pairs.size(), extra, iouSum(pairs), 0, 0, Math.abs(taken - truth.size()));
  }

  /**
   * Recall of regions in which touching cells are fused and beside which other cells are not drawn:
   * a region is found if the cells that lie in it by more than half cover it together at IoU 0.5.
   */
  static CellTally ofRegions(Instances truth, Instances found) {
    Overlaps overlaps = new Overlaps(truth, found);
    int[] shared = new int[truth.most() + 1];
    int[] union = Arrays.copyOf(truth.areas(), truth.most() + 1);
    for (Matching.Pair p : overlaps.pairs()) {
      int inside = overlaps.shared(p.truth(), p.found());
      if (2 * inside > found.areas()[p.found()]) {
        shared[p.truth()] += inside;
        union[p.truth()] += found.areas()[p.found()] - inside;
      }
    }
    int matched = 0;
    double iouSum = 0;
    for (int t = 1; t <= truth.most(); t++) {
      double iou = (double) shared[t] / union[t];
      matched += iou >= Matching.MIN_IOU ? 1 : 0;
      iouSum += iou >= Matching.MIN_IOU ? iou : 0;
    }
    return new CellTally(1, truth.most(), matched, 0, iouSum, 0, 0, 0);
  }

  private static double iouSum(List<Matching.Pair> pairs) {
    return pairs.stream().mapToDouble(Matching.Pair::iou).sum();
  }

  CellTally plus(CellTally o) {
    return new CellTally(
        images + o.images,
        truth + o.truth,
        matched + o.matched,
        extra + o.extra,
        iouSum + o.iouSum,
        ajiShared + o.ajiShared,
        ajiAll + o.ajiAll,
        countError + o.countError);
  }

  /** Share of the true cells that were found. */
  public OptionalDouble recall() {
    return ratio(matched, truth);
  }

  /** 2 TP / (2 TP + FP + FN). */
  public OptionalDouble f1() {
    return ratio(2.0 * matched, matched + extra + truth);
  }

  /** Mean IoU of the pairs times {@link #f1()}. */
  public OptionalDouble panopticQuality() {
    return ratio(2 * iouSum, matched + extra + truth);
  }

  /** Empty where boxes or fused regions were compared. */
  public OptionalDouble aggregatedJaccard() {
    return ratio((double) ajiShared, (double) ajiAll);
  }

  /** Sum of the images' |found - true| over all true cells. */
  public OptionalDouble relativeCountError() {
    return ratio(countError, truth);
  }

  /** Extra cells an image. */
  public OptionalDouble extraPerImage() {
    return ratio(extra, images);
  }

  private static OptionalDouble ratio(double of, double to) {
    return to == 0 ? OptionalDouble.empty() : OptionalDouble.of(of / to);
  }
}
