package org.kronocyte.segment;

/** How clearly a prediction tells cells from what is around them. */
final class Sureness {
  private Sureness() {}

  /**
   * The mean lead of the likeliest class over the next in the pixels called cytoplasm or nucleus,
   * steps of the logits.
   *
   * @param minPixels with fewer such pixels the answer is 0
   */
  static double of(Prediction prediction, double minPixels) {
    byte[] logits = prediction.classes();
    long sum = 0;
    int cell = 0;
    for (int at = 0; at < logits.length; at += Prediction.CLASSES) {
      int background = logits[at] & 0xff;
      int cytoplasm = logits[at + 1] & 0xff;
      int nucleus = logits[at + 2] & 0xff;
      int stained = Math.max(cytoplasm, nucleus);
      if (stained > background) {
        cell++;
        sum += stained - Math.max(background, Math.min(cytoplasm, nucleus));
      }
    }
    return cell == 0 || cell < minPixels ? 0 : (double) sum / cell;
  }
}
