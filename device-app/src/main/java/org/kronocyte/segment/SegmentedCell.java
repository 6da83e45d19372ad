package org.kronocyte.segment;

import java.util.Optional;
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
 * @param touchesEdge reaches the border of the field, or of the round view on it, so it may be cut
 * @param eccentricity of the ellipse with the outline's second moments, 0 for a disc, below 1;
 *     empty where it was not kept
 * @param nucleus empty where there is none, or where it was not kept
 * @param secondLook what another engine says of it; empty if none was asked, or where it was not
 *     kept
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
    boolean touchesEdge,
    OptionalDouble eccentricity,
    Optional<NucleusMeasures> nucleus,
    Optional<SecondLook> secondLook) {
  /** A nucleus smaller than this is a platelet's granules or noise. */
  public static final double MIN_NUCLEUS_UM2 = 6;

  /** Diameter of the disc with the cell's area, um. */
  public double diameterUm() {
    return 2 * Math.sqrt(areaUm2 / Math.PI);
  }

  /** A cell of which only sizes and shape were kept. */
  public SegmentedCell(
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
    this(
        id,
        bbox,
        centroidX,
        centroidY,
        areaUm2,
        nucleusAreaUm2,
        circularity,
        solidity,
        nucleusContrast,
        touchesEdge,
        OptionalDouble.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The same cell, looked at by another engine. */
  public SegmentedCell with(SecondLook look) {
    return new SegmentedCell(
        id,
        bbox,
        centroidX,
        centroidY,
        areaUm2,
        nucleusAreaUm2,
        circularity,
        solidity,
        nucleusContrast,
        touchesEdge,
        eccentricity,
        nucleus,
        Optional.of(look));
  }

  /** Nucleus area over whole-cell area, 0 to 1. */
  public double ncRatio() {
    return areaUm2 > 0 ? nucleusAreaUm2 / areaUm2 : 0;
  }
}
