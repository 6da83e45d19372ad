package org.kronocyte.evaluate;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.kronocyte.problem.Problem;

/**
 * One contestant on one set.
 *
 * @param images in the set's order, those that failed left out
 * @param failures what could not be read or compared
 */
public record SetScore(
    TruthSet set, String contestant, List<ImageScore> images, List<Failure> failures) {
  /** An image without a score. */
  public record Failure(String image, Problem problem) {}

  public SetScore {
    Objects.requireNonNull(set, "set");
    images = List.copyOf(images);
    failures = List.copyOf(failures);
  }

  /** All images as if they were one. */
  public Score pooled() {
    return images.stream().map(ImageScore::score).reduce(Score.NONE, Score::plus);
  }

  /** With the first contestant, over all images. */
  public MaskAgreement agreement() {
    return images.stream()
        .map(ImageScore::agreement)
        .reduce(MaskAgreement.NONE, MaskAgreement::plus);
  }

  /** The mean of a measure over the images that have it. */
  public OptionalDouble mean(Function<Score, OptionalDouble> measure) {
    return images.stream()
        .map(i -> measure.apply(i.score()))
        .filter(OptionalDouble::isPresent)
        .mapToDouble(OptionalDouble::getAsDouble)
        .average();
  }

  /** The images with the lowest {@link Score#worst()}, the worst first. */
  public List<ImageScore> worst(int most) {
    return images.stream()
        .sorted(Comparator.comparingDouble(i -> i.score().worst()))
        .limit(most)
        .toList();
  }
}
