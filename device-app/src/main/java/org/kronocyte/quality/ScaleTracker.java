package org.kronocyte.quality;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.kronocyte.image.OpticalDensity;
import org.kronocyte.image.Scale;
import org.kronocyte.problem.ProblemException;

/**
 * The scale of a run of fields from one microscope: configured once, or estimated with the memory
 * of earlier fields of the same size, because one field may hold only clumps.
 *
 * <p>Two cues are kept apart. Red cells are the better ruler, since disease changes their size
 * least, but rouleaux, marrow and foreign stains are taken for red cells of another size. White
 * cells, as the segmentation network sees them, are everywhere, and need several fields. Where both
 * agree within 35 % the red cells count (30 % if they are hardly sure), else the white ones as soon
 * as three fields showed some. One thread.
 */
public final class ScaleTracker {
  /** Taken when nothing else is known: a 100x oil objective with a common camera. */
  public static final double ASSUMED_UM_PER_PX = 0.1;

  /** How sure the segmentation network is of a field read at a scale; see {@link #scaleOf}. */
  @FunctionalInterface
  public interface Probe extends SurenessScan.Probe {}

  private static final int REMEMBERED_FIELDS = 15;
  private static final int REMEMBERED_SCANS = 8;
  private static final double MAX_DEVIATION = Math.log(1.2);

  /** By how much white cells may differ before they outweigh red ones that are hardly sure. */
  private static final double DOUBT = Math.log(1.3);

  /** The same for red cells that are sure, because disease changes the size of white cells more. */
  private static final double CONTRADICTION = Math.log(1.35);

  /** Frames whose sides differ by less are of one camera, cut differently. */
  private static final double SAME_SIZE = Math.log(1.1);

  /** Fields whose white cells outweigh the red ones, and which are looked at in any case. */
  private static final int CONVINCING_SCANS = 3;

  /** Below this confidence red cells give way to the white cells of a single field. */
  private static final double MIN_RED_CONFIDENCE = 0.3;

  private final Optional<Scale> configured;
  private final Deque<Scale> reds = new ArrayDeque<>();
  private final Deque<SurenessScan> scans = new ArrayDeque<>();
  private int fields;
  private int width;
  private int height;

  private ScaleTracker(Optional<Scale> configured) {
    this.configured = configured;
  }

  /** Always answers this scale. */
  public static ScaleTracker configured(double umPerPx) {
    return new ScaleTracker(Optional.of(Scale.configured(umPerPx)));
  }

  /** Estimates from the cells in view. */
  public static ScaleTracker estimating() {
    return new ScaleTracker(Optional.empty());
  }

  /** What follows comes from another microscope, as far as anybody knows. */
  public void forget() {
    reds.clear();
    scans.clear();
    fields = 0;
  }

  /**
   * The scale to read this field with.
   *
   * @param probe the network that will read the field; empty if there is none, then red cells must
   *     do. A first field is read a dozen times at most, a later one only in case of doubt.
   */
  public Scale scaleOf(OpticalDensity field, Optional<Probe> probe) throws ProblemException {
    if (configured.isPresent()) {
      return configured.get();
    }
    if (!sameSize(field.width(), width) || !sameSize(field.height(), height)) {
      forget();
    }
    width = field.width();
    height = field.height();
    Optional<Scale> red = redCells(field);
    if (probe.isPresent() && worthAScan(red)) {
      SurenessScan.of(field, probe.get())
          .ifPresent(scan -> remember(scans, scan, REMEMBERED_SCANS));
    }
    fields++;
    Optional<Scale> white = SurenessScan.pooled(List.copyOf(scans));
    if (white.isEmpty() || (red.isPresent() && believed(red.get(), white.get()))) {
      return red.orElse(new Scale(ASSUMED_UM_PER_PX, Scale.Source.ASSUMED, 0));
    }
    return white.get();
  }

  private static boolean sameSize(int side, int before) {
    return before > 0 && Math.abs(Math.log((double) side / before)) < SAME_SIZE;
  }

  private boolean worthAScan(Optional<Scale> red) {
    Optional<Scale> white = SurenessScan.pooled(List.copyOf(scans));
    boolean settled = red.isPresent() && white.isPresent() && !contradict(red.get(), white.get());
    if (settled) {
      return fields < CONVINCING_SCANS;
    }
    // In a dispute only fresh scans count: the slide may be another one.
    boolean dispute = red.isPresent() && white.isPresent();
    return dispute || fields < REMEMBERED_FIELDS || fields % REMEMBERED_FIELDS == 0;
  }

  private boolean believed(Scale red, Scale white) {
    return !contradict(red, white)
        || (scans.size() < CONVINCING_SCANS && red.confidence() >= MIN_RED_CONFIDENCE);
  }

  private static boolean contradict(Scale red, Scale white) {
    boolean sure = red.confidence() >= MIN_RED_CONFIDENCE;
    return Math.abs(Math.log(red.umPerPx() / white.umPerPx())) > (sure ? CONTRADICTION : DOUBT);
  }

  /**
   * By red cells alone. An estimate that is over 20 % off the median of the last fields, itself
   * among them, gives way to that median, weighted by confidence.
   */
  private Optional<Scale> redCells(OpticalDensity field) {
    Optional<Scale> own = RedCellScale.estimate(field);
    own.ifPresent(scale -> remember(reds, scale, REMEMBERED_FIELDS));
    if (reds.isEmpty()) {
      return Optional.empty();
    }
    double usual = weightedMedian();
    if (own.isPresent() && Math.abs(Math.log(own.get().umPerPx() / usual)) < MAX_DEVIATION) {
      return own;
    }
    double confidence = reds.stream().mapToDouble(Scale::confidence).average().orElse(0);
    return Optional.of(new Scale(usual, Scale.Source.RED_CELLS, confidence));
  }

  private static <T> void remember(Deque<T> recent, T seen, int most) {
    recent.addLast(seen);
    if (recent.size() > most) {
      recent.removeFirst();
    }
  }

  private double weightedMedian() {
    double all = reds.stream().mapToDouble(Scale::confidence).sum();
    double sum = 0;
    for (Scale scale :
        reds.stream().sorted((a, b) -> Double.compare(a.umPerPx(), b.umPerPx())).toList()) {
      sum += scale.confidence();
      if (2 * sum >= all) {
        return scale.umPerPx();
      }
    }
    throw new IllegalStateException("no scale is remembered");
  }
}
