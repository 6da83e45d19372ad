package org.kronocyte.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.problem.ProblemException;

class ImageWriterTest {
  private static final int WIDTH = 400;
  private static final int HEIGHT = 300;

  @TempDir Path folder;

  @BeforeAll
  static void natives() throws ProblemException {
    Natives.load();
  }

  /** Noise, so that the file is longer than what is written at once. */
  @Test
  void whatIsWrittenIsReadAgain() throws Exception {
    byte[] noise = new byte[WIDTH * HEIGHT];
    new SplittableRandom(2).nextBytes(noise);
    Path file = folder.resolve("below/mask.png");
    ImageWriter.writeGrey(file, noise, WIDTH, HEIGHT);
    assertTrue(Files.size(file) > noise.length);
    try (Frame frame = ImageReader.read(file)) {
      byte[] bgr = new byte[3 * noise.length];
      frame.bgr().get(0, 0, bgr);
      byte[] green = new byte[noise.length];
      for (int i = 0; i < green.length; i++) {
        green[i] = bgr[3 * i + 1];
      }
      assertArrayEquals(noise, green);
    }
  }

  @Test
  void whoMayReadOtherFilesMayReadThisOne() throws Exception {
    Path other = Files.writeString(folder.resolve("field.json"), "{}");
    Path file = folder.resolve("mask.png");
    ImageWriter.writeGrey(file, new byte[WIDTH * HEIGHT], WIDTH, HEIGHT);
    assertEquals(Files.getPosixFilePermissions(other), Files.getPosixFilePermissions(file));
  }

  @Test
  void nothingIsLeftOfAFileThatCannotBeWritten() throws Exception {
    Path taken = Files.createDirectory(folder.resolve("mask.png"));
    Files.createFile(taken.resolve("something"));
    ProblemException e =
        assertThrows(
            ProblemException.class,
            () -> ImageWriter.writeGrey(taken, new byte[WIDTH * HEIGHT], WIDTH, HEIGHT));
    assertEquals("output_unwritable", e.problem().code());
    assertEquals(List.of(taken), files());
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}
