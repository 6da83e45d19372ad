package org.kronocyte.segment;

/** How far two engines see the same in one field. */
public final class Agreement {
  private Agreement() {}

  /**
   * Dice of the nuclei in cells, by the pixels of the predictions; 1 if neither sees a nucleus.
   *
   * @throws IllegalArgumentException if they are not of one field at one scale
   */
  public static double ofNuclei(Segmentation a, Segmentation b) {
    byte[] first = nuclei(a);
    byte[] other = nuclei(b);
    if (first.length != other.length || a.prediction().width() != b.prediction().width()) {
      throw new IllegalArgumentException("two fields can't agree");
    }
    long both = 0;
    long sum = 0;
    for (int i = 0; i < first.length; i++) {
      both += first[i] & other[i];
      sum += first[i] + other[i];
    }
    return sum == 0 ? 1 : 2.0 * both / sum;
  }

  /** 1 where a predicted nucleus pixel belongs to a cell. */
  private static byte[] nuclei(Segmentation field) {
    Prediction prediction = field.prediction();
    byte[] classes = ClassMap.coarse(prediction);
    for (int i = 0; i < classes.length; i++) {
      int x = Math.min(field.width() - 1, i % prediction.width() * Prediction.STRIDE);
      int y = Math.min(field.height() - 1, i / prediction.width() * Prediction.STRIDE);
      boolean cell = field.labels()[y * field.width() + x] != 0;
      classes[i] = (byte) (cell && classes[i] == Segmentation.NUCLEUS ? 1 : 0);
    }
    return classes;
  }
}
