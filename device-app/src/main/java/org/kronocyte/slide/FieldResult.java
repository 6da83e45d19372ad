package org.kronocyte.slide;

import java.time.Instant;
import java.util.List;
import org.kronocyte.classify.ClassifiedCell;
import org.kronocyte.image.FrameOrigin;
import org.kronocyte.image.Scale;
import org.kronocyte.quality.QualityReport;

/**
 * Everything read from one field. Holds no pixels.
 *
 * @param origin where the frame came from; its name is the {@code image} of the JSON
 * @param capturedAt when the frame was taken
 * @param width pixels
 * @param height pixels
 * @param scale the um/px that all sizes below were made with
 * @param cells edge, uncertain and rejected cells included
 */
public record FieldResult(
    FrameOrigin origin,
    Instant capturedAt,
    int width,
    int height,
    Scale scale,
    QualityReport quality,
    List<ClassifiedCell> cells) {
  public FieldResult {
    cells = List.copyOf(cells);
  }
}
