package org.kronocyte.camera.virtual;

import org.kronocyte.image.Box;

/**
 * What is known of one drawn white cell. Areas are of the part inside the field that no other white
 * cell covers.
 *
 * @param id number in the field from 1, as in {@link VirtualField#instances()}
 * @param label class code
 * @param box pixels of the visible part
 * @param centreX pixels, of the visible part's centroid
 * @param centreY pixels
 * @param areaUm2 whole cell with nucleus
 * @param nucleusAreaUm2 nucleus alone
 * @param touchesEdge whether the cell reaches the field's outermost pixels
 */
public record TrueCell(
    int id,
    String label,
    Box box,
    double centreX,
    double centreY,
    double areaUm2,
    double nucleusAreaUm2,
    boolean touchesEdge) {}
