package org.kronocyte.evaluate;

/**
 * One image's measures.
 *
 * @param image the file's name without its suffix
 * @param agreement with the first contestant; nothing for the first itself
 */
public record ImageScore(String image, Score score, MaskAgreement agreement) {}
