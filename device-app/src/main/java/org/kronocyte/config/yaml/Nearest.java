package org.kronocyte.config.yaml;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the word somebody probably meant. */
public final class Nearest {
  private Nearest() {}

  private static final int SHORTEST_BEGINNING = 3;

  /**
   * The candidate with the smallest edit distance to {@code word}, if it is close enough to be a
   * slip of the fingers: at most a third of the word's length, rounded down, and at least 2. A word
   * that only lacks its end, such as a unit ({@code debounce} for {@code debounce_ms}), or has too
   * much of one, counts as 2.
   *
   * @param candidates words that would have been right; the first wins among equals
   */
  public static Optional<String> to(String word, Collection<String> candidates) {
    int allowed = Math.max(2, word.length() / 3);
    return candidates.stream()
        .filter(candidate -> slips(word, candidate) <= allowed)
        .min(Comparator.comparingInt(candidate -> slips(word, candidate)));
  }

  private static int slips(String word, String candidate) {
    boolean beginning =
        Math.min(word.length(), candidate.length()) >= SHORTEST_BEGINNING
            && (candidate.startsWith(word) || word.startsWith(candidate));
    if (Math.abs(word.length() - candidate.length()) > candidate.length()) {
      return Integer.MAX_VALUE; // Spares the table for a key of a thousand characters.
    }
    return beginning ? Math.min(2, distance(word, candidate)) : distance(word, candidate);
  }

  /**
   * Optimal string alignment distance: insertions, deletions, substitutions and swaps of two
   * neighbours each cost 1. Swaps count once because they are the commonest slip ({@code devcie}).
   */
  static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      cost[i][0] = i;
    }
    for (int j = 0; j <= b.length(); j++) {
      cost[0][j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        int substitution = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int best = Math.min(cost[i - 1][j], cost[i][j - 1]) + 1;
        best = Math.min(best, cost[i - 1][j - 1] + substitution);
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        cost[i][j] = swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
      }
    }
    return cost[a.length()][b.length()];
  }
}
