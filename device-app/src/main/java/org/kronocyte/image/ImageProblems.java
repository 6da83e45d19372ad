package org.kronocyte.image;

import org.kronocyte.problem.ProblemException;

/** The wording of what can be wrong with an image file. */
final class ImageProblems {
  private ImageProblems() {}

  static ProblemException unreadable(String name, String why, Throwable cause) {
    return new ProblemException(
        "image_unreadable",
        name + " " + why,
        "check the path, the medium and the file's permissions",
        cause);
  }

  static ProblemException empty(String name) {
    return new ProblemException(
        "image_empty", name + " has 0 bytes", "copy the file again from where it was made");
  }

  static ProblemException unknownFormat(String name, String seen) {
    return new ProblemException(
        "image_unknown_format",
        name + " " + seen,
        "give a PNG, JPEG, TIFF or BMP with 8 or 16 bits a sample");
  }

  static ProblemException truncated(String name, String seen) {
    return new ProblemException(
        "image_truncated",
        name + " ends too early: " + seen,
        "copy the file again from where it was made");
  }

  static ProblemException corrupt(String name, String seen) {
    return new ProblemException(
        "image_corrupt",
        name + " is damaged: " + seen,
        "copy or export the file again from where it was made");
  }

  static ProblemException tooLarge(String name, String seen, String limit) {
    return new ProblemException(
        "image_too_large",
        name + " has " + seen + ", the limit is " + limit,
        "cut a whole-slide image into fields first");
  }
}
