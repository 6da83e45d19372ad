package org.kronocyte.segment;

import java.util.OptionalDouble;
import org.kronocyte.image.Box;

/**
 * One cell's outline in numbers.
 *
 * @param id 1-based within its field, in reading order of the bounding boxes
 * @param bbox in input pixels
 * @param centroidX of the whole cell, input pixels
 * @param centroidY of the whole cell, input pixels
 * @param areaUm2 nucleus and cytoplasm
 * @param nucleusAreaUm2 0 if no nucleus was found
 * @param circularity 4 pi area / perimeter^2 of the cell's outline, 1 for a disc
 * @param solidity area over the area of the convex hull, 1 for a convex outline
 * @param nucleusContrast mean green density of the nucleus over that of the red cells in the field,
 *     empty where there is no nucleus or hardly any red cell
 * @param touchesEdge reaches the border of the field, so it may be cut
 */
public record SegmentedCell(
    int id,
    Box bbox,
    double centroidX,
    double centroidY,
    double areaUm2,
    double nucleusAreaUm2,
    double circularity,
    double solidity,
    OptionalDouble nucleusContrast,
    boolean touchesEdge) {
  /** A nucleus smaller than this is a platelet's granules or noise. */
  public static final double MIN_NUCLEUS_UM2 = 6;

  /** Nucleus area over whole-cell area, 0 to 1. */
  public double ncRatio() {
    return areaUm2 > 0 ? nucleusAreaUm2 / areaUm2 : 0;
  }
}
