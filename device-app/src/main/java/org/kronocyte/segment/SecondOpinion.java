package org.kronocyte.segment;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.kronocyte.image.Box;

/**
 * Two engines' cells of one field, compared cell by cell by their nuclei, since thresholds draw
 * cytoplasm badly; cells in which the first engine sees no nucleus by all of their pixels.
 *
 * @param looks at each of the first engine's cells, in their order
 * @param onlySecond boxes of cells with a nucleus that only the second engine sees, in pixels of
 *     the field as captured
 */
public record SecondOpinion(List<SecondLook> looks, List<Box> onlySecond) {
  private static final double SAME_NUCLEUS = 0.5;

  public SecondOpinion {
    looks = List.copyOf(looks);
    onlySecond = List.copyOf(onlySecond);
  }

  /**
   * Compares.
   *
   * @throws IllegalArgumentException if they are not of one field at one scale
   */
  public static SecondOpinion of(Segmentation first, Segmentation second) {
    if (first.width() != second.width() || first.height() != second.height()) {
      throw new IllegalArgumentException("two fields can't agree");
    }
    Parts a = new Parts(first);
    Parts b = new Parts(second);
    Map<Long, Integer> nuclei = a.shared(a.nucleus, b, b.nucleus);
    Map<Long, Integer> cells = a.shared(a.cell, b, b.cell);
    List<SecondLook> looks = new ArrayList<>();
    for (SegmentedCell cell : first.cells()) {
      int id = cell.id();
      boolean byNucleus = a.nucleus[id] > 0;
      looks.add(
          byNucleus ? look(id, a.nucleus, b.nucleus, nuclei) : look(id, a.cell, b.cell, cells));
    }
    boolean[] known = new boolean[b.cell.length];
    a.shared(a.cell, b, b.nucleus).keySet().forEach(pair -> known[pair.intValue()] = true);
    List<Box> only = new ArrayList<>();
    for (SegmentedCell cell : second.cells()) {
      if (!known[cell.id()] && cell.nucleusAreaUm2() >= SegmentedCell.MIN_NUCLEUS_UM2) {
        only.add(cell.bbox());
      }
    }
    return new SecondOpinion(looks, only);
  }

  private static SecondLook look(int id, int[] first, int[] second, Map<Long, Integer> shared) {
    double dice = 0;
    for (int other = 1; other < second.length; other++) {
      int both = shared.getOrDefault(pair(id, other), 0);
      dice = both == 0 ? dice : Math.max(dice, 2.0 * both / (first[id] + second[other]));
    }
    if (dice == 0) {
      return SecondLook.UNSEEN;
    }
    return dice >= SAME_NUCLEUS ? SecondLook.AGREES : SecondLook.DIFFERS;
  }

  private static long pair(int first, int second) {
    return (long) first << 32 | second;
  }

  /** Which cell each predicted pixel belongs to, and how many each cell has. */
  private static final class Parts {
    private final int[] owner;
    private final boolean[] inNucleus;
    final int[] cell;
    final int[] nucleus;

    Parts(Segmentation field) {
      Prediction prediction = field.prediction();
      byte[] classes = ClassMap.coarse(prediction);
      owner = new int[classes.length];
      inNucleus = new boolean[classes.length];
      cell = new int[field.highestId() + 1];
      nucleus = new int[cell.length];
      for (int i = 0; i < owner.length; i++) {
        int x = Math.min(field.width() - 1, i % prediction.width() * Prediction.STRIDE);
        int y = Math.min(field.height() - 1, i / prediction.width() * Prediction.STRIDE);
        owner[i] = field.labels()[y * field.width() + x];
        inNucleus[i] = owner[i] != 0 && classes[i] == Segmentation.NUCLEUS;
        cell[owner[i]] += owner[i] != 0 ? 1 : 0;
        nucleus[owner[i]] += inNucleus[i] ? 1 : 0;
      }
    }

    private boolean has(int[] parts, int pixel) {
      return parts == nucleus ? inNucleus[pixel] : owner[pixel] != 0;
    }

    /** How many pixels each of these cells shares with each of the other's, by pair of numbers. */
    Map<Long, Integer> shared(int[] mine, Parts other, int[] others) {
      Map<Long, Integer> out = new HashMap<>();
      for (int i = 0; i < owner.length; i++) {
        if (has(mine, i) && other.has(others, i)) {
          out.merge(pair(owner[i], other.owner[i]), 1, Integer::sum);
        }
      }
      return out;
    }
  }
}
