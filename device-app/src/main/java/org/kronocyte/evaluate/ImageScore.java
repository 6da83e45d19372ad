package org.kronocyte.evaluate;

/**
 * One image's measures.
 *
 * @param image the file's name without its suffix
 */
public record ImageScore(String image, Score score) {}
