package org.kronocyte.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.kronocyte.problem.ProblemException;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.imgcodecs.Imgcodecs;

/** Writes PNG files whole or not at all. */
public final class ImageWriter {
  private ImageWriter() {}

  /** Writes one grey channel, {@code [height,width]} row-major. */
  public static void writeGrey(Path file, byte[] pixels, int width, int height)
      throws ProblemException {
    try (PixelArena arena = new PixelArena()) {
      Mat image = arena.mat(height, width, CvType.CV_8UC1);
      image.put(0, 0, pixels);
      write(file, image);
    }
  }

  /**
   * Writes an 8-bit grey or BGR image; folders are made.
   *
   * @throws ProblemException {@code output_unwritable} naming the file
   */
  public static void write(Path file, Mat image) throws ProblemException {
    MatOfByte encoded = new MatOfByte();
    try {
      if (!Imgcodecs.imencode(".png", image, encoded)) {
        throw new IOException("PNG encoding failed");
      }
      Files.createDirectories(file.toAbsolutePath().getParent());
      Path partial = Files.createTempFile(file.toAbsolutePath().getParent(), ".writing", ".png");
      Files.write(partial, encoded.toArray());
      Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new ProblemException(
          "output_unwritable",
          "the image " + file + " can't be written (" + e + ")",
          "check the folder's permissions and the free space",
          e);
    } finally {
      encoded.release();
    }
  }
}
