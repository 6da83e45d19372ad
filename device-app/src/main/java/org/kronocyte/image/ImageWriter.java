package org.kronocyte.image;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import org.kronocyte.problem.ProblemException;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.imgcodecs.Imgcodecs;

/** Writes PNG files whole or not at all. */
public final class ImageWriter {
  private static final int CHUNK_BYTES = 1 << 16;

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
      Path whole = file.toAbsolutePath();
      Files.createDirectories(whole.getParent());
      Path partial = whole.resolveSibling(".writing-" + UUID.randomUUID());
      try {
        copy(encoded, partial);
        Files.move(partial, whole, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(partial);
      }
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

  /** Piece by piece: the PNG of a large image would fill the heap. */
  private static void copy(MatOfByte encoded, Path to) throws IOException {
    byte[] piece = new byte[CHUNK_BYTES];
    try (OutputStream out = Files.newOutputStream(to)) {
      for (int at = 0; at < encoded.total(); ) {
        int bytes = encoded.get(at, 0, piece);
        out.write(piece, 0, bytes);
        at += bytes;
      }
    }
  }
}
