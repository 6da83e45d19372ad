package org.kronocyte.quality;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.kronocyte.image.OpticalDensity;
import org.kronocyte.image.Scale;

/**
 * The scale of a run of fields from one microscope: configured once, or estimated from the red
 * cells with the memory of earlier fields of the same size, because one field may hold only clumps.
 * One thread.
 */
public final class ScaleTracker {
  /**
   * Taken when no field so far shows enough red cells: a 100x oil objective with a common camera.
   */
  public static final double ASSUMED_UM_PER_PX = 0.1;

  private static final int REMEMBERED_FIELDS = 15;
  private static final double MAX_DEVIATION = 0.2;

  private final Optional<Scale> configured;
  private final Deque<Scale> recent = new ArrayDeque<>();
  private int width;
  private int height;

  private ScaleTracker(Optional<Scale> configured) {
    this.configured = configured;
  }

  /** Always answers this scale. */
  public static ScaleTracker configured(double umPerPx) {
    return new ScaleTracker(Optional.of(Scale.configured(umPerPx)));
  }

  /** Estimates from red cells. */
  public static ScaleTracker estimating() {
    return new ScaleTracker(Optional.empty());
  }

  /**
   * The scale to read this field with. An estimate that is over 20 % off the median of the last
   * fields, itself among them, gives way to that median, weighted by confidence.
   */
  public Scale scaleOf(OpticalDensity field) {
    if (configured.isPresent()) {
      return configured.get();
    }
    if (field.width() != width || field.height() != height) {
      recent.clear();
      width = field.width();
      height = field.height();
    }
    Optional<Scale> own = RedCellScale.estimate(field);
    own.ifPresent(this::remember);
    if (recent.isEmpty()) {
      return new Scale(ASSUMED_UM_PER_PX, Scale.Source.ASSUMED, 0);
    }
    double usual = weightedMedian();
    if (own.isPresent()
        && Math.abs(Math.log(own.get().umPerPx() / usual)) < Math.log(1 + MAX_DEVIATION)) {
      return own.get();
    }
    double confidence = recent.stream().mapToDouble(Scale::confidence).average().orElse(0);
    return new Scale(usual, Scale.Source.RED_CELLS, confidence);
  }

  private void remember(Scale scale) {
    recent.addLast(scale);
    if (recent.size() > REMEMBERED_FIELDS) {
      recent.removeFirst();
    }
  }

  private double weightedMedian() {
    double all = recent.stream().mapToDouble(Scale::confidence).sum();
    double sum = 0;
    for (Scale scale :
        recent.stream().sorted((a, b) -> Double.compare(a.umPerPx(), b.umPerPx())).toList()) {
      sum += scale.confidence();
      if (2 * sum >= all) {
        return scale.umPerPx();
      }
    }
    throw new IllegalStateException("no scale is remembered");
  }
}
