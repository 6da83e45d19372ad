package org.kronocyte.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.kronocyte.camera.ImagePaths;

class OutputNamesTest {
  /** Names for files found under one folder. */
  private static List<String> names(String... files) {
    Path folder = Path.of("in");
    return texts(
        Arrays.stream(files)
            .map(f -> new ImagePaths.Entry(folder.resolve(f), folder, Optional.empty()))
            .toList());
  }

  private static List<String> texts(List<ImagePaths.Entry> entries) {
    return OutputNames.of(entries).stream().map(Path::toString).toList();
  }

  @Test
  void stemIsEnoughWhereItIsTheOnlyOne() {
    assertEquals(List.of("x", "y.1", "z"), names("a/x.png", "b/y.1.png", "z.jpeg"));
  }

  @Test
  void sharedStemsGetTheirSubfolders() {
    assertEquals(
        List.of("BLA/x", "LYT/x", "x", "y"), names("BLA/x.jpg", "LYT/x.jpg", "x.jpg", "y.jpg"));
  }

  @Test
  void sharedStemsInOneFolderKeepTheirSuffix() {
    assertEquals(List.of("x", "x.png"), names("x.jpg", "x.png"));
  }

  @Test
  void summaryIsTheRunsOwn() {
    assertEquals(List.of("summary.png", "a/summary"), names("summary.png", "a/summary.png"));
  }

  @Test
  void namedFilesOfTwoFoldersDontMeet() {
    List<String> names =
        texts(
            List.of("a/x.png", "b/x.png", "c/x.png").stream()
                .map(Path::of)
                .map(p -> new ImagePaths.Entry(p, p, Optional.empty()))
                .toList());
    assertEquals(3, new HashSet<>(names).size(), names.toString());
    assertEquals("x", names.get(0));
  }
}
