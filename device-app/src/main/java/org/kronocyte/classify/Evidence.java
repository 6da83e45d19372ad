package org.kronocyte.classify;

import java.util.List;

/**
 * Why a cell is called what it is called, for a person to check.
 *
 * @param map where the evidence for the label lies
 * @param nearest labelled cells of training that look most alike to the network, nearest first
 * @param morphology what was measured, in words; empty for a cell without an outline
 */
public record Evidence(ActivationMap map, List<Neighbour> nearest, String morphology) {
  /**
   * A labelled cell of training.
   *
   * @param label by its publisher
   * @param image its path in its public set; this program has no pixels of it
   * @param similarity cosine of the embeddings, 1 for the same direction
   */
  public record Neighbour(CellClass label, String image, double similarity) {}
}
