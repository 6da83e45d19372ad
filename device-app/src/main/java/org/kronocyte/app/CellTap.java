package org.kronocyte.app;

import java.util.List;
import org.kronocyte.classify.ClassifiedCell;
import org.kronocyte.classify.Classifier;
import org.kronocyte.image.FrameOrigin;
import org.kronocyte.image.OpticalDensity;
import org.kronocyte.image.Scale;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.segment.Segmentation;

/** Shown each field's cells while its pixels are at hand, on the reading thread. */
interface CellTap {
  /** Looks at nothing. */
  CellTap NONE = (field, cutter) -> {};

  /**
   * A field that was read but isn't counted yet.
   *
   * @param density valid during the call only
   */
  record Field(
      FrameOrigin origin,
      OpticalDensity density,
      Scale scale,
      Segmentation segmentation,
      List<ClassifiedCell> cells) {}

  /**
   * Looks at a field.
   *
   * @param cutter cuts crops as the network gets them
   */
  void read(Field field, Classifier cutter) throws ProblemException;
}
