package org.kronocyte.slide;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.kronocyte.classify.ClassifiedCell;
import org.kronocyte.image.FrameOrigin;
import org.kronocyte.image.Scale;
import org.kronocyte.quality.QualityReport;
import org.kronocyte.segment.SecondOpinion;

/**
 * Everything read from one field. Holds no pixels.
 *
 * @param origin where the frame came from; its name is the {@code image} of the JSON
 * @param capturedAt when the frame was taken
 * @param width pixels
 * @param height pixels
 * @param scale the um/px that all sizes below were made with
 * @param cells edge, uncertain and rejected cells included
 * @param secondOpinion another engine's, if one was asked for
 */
public record FieldResult(
    FrameOrigin origin,
    Instant capturedAt,
    int width,
    int height,
    Scale scale,
    QualityReport quality,
    List<ClassifiedCell> cells,
    Optional<SecondOpinion> secondOpinion) {
  public FieldResult {
    cells = List.copyOf(cells);
  }

  /** A field of which one engine's cells were kept. */
  public FieldResult(
      FrameOrigin origin,
      Instant capturedAt,
      int width,
      int height,
      Scale scale,
      QualityReport quality,
      List<ClassifiedCell> cells) {
    this(origin, capturedAt, width, height, scale, quality, cells, Optional.empty());
  }
}
