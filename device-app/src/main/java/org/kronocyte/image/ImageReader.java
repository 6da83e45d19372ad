package org.kronocyte.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import org.kronocyte.problem.ProblemException;
import org.opencv.core.Core;
import org.opencv.core.CvException;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.imgcodecs.Imgcodecs;
import org.opencv.imgproc.Imgproc;

/**
 * Reads a PNG, JPEG, TIFF or BMP into a {@link Frame} without trusting it: the file's size, its
 * completeness and its width and height are checked on the encoded bytes, before any pixel is
 * allocated.
 *
 * <ul>
 *   <li>Grey becomes three equal channels; alpha is dropped.
 *   <li>16-bit samples are scaled to 8 bit by a fixed factor, so that images of one camera stay
 *       comparable: if the largest sample is below 4096 they are taken as 12-bit and divided by 16,
 *       else divided by 256.
 *   <li>EXIF orientation is ignored on purpose: pixels must match the annotations made on them.
 * </ul>
 *
 * <p>Codes of its problems: {@code image_unreadable}, {@code image_empty}, {@code
 * image_unknown_format}, {@code image_truncated}, {@code image_corrupt}, {@code image_too_large},
 * {@code image_too_small}. Needs {@code Natives.load()}. Thread-safe.
 */
public final class ImageReader {
  public static final long MAX_FILE_BYTES = 64L << 20;
  public static final long MAX_PIXELS = 64_000_000L;
  public static final int MIN_SIDE_PX = 16;

  private static final int FLAGS =
      Imgcodecs.IMREAD_COLOR | Imgcodecs.IMREAD_ANYDEPTH | Imgcodecs.IMREAD_IGNORE_ORIENTATION;
  private static final double TWELVE_BIT_RANGE = 4096;

  private ImageReader() {}

  /**
   * Reads one file; {@link Frame#capturedAt()} is the file's modification time and the origin's
   * name is the path as given.
   */
  public static Frame read(Path path) throws ProblemException {
    byte[] bytes;
    Instant modified;
    try {
      if (!Files.exists(path)) {
        throw new NoSuchFileException(path.toString());
      }
      if (!Files.isRegularFile(path)) {
        throw ImageProblems.unreadable(path.toString(), "is not a regular file", null);
      }
      modified = Files.getLastModifiedTime(path).toInstant();
      bytes = bounded(path);
    } catch (NoSuchFileException e) {
      throw ImageProblems.unreadable(path.toString(), "does not exist", e);
    } catch (AccessDeniedException e) {
      throw ImageProblems.unreadable(path.toString(), "may not be read by this user", e);
    } catch (IOException e) {
      throw ImageProblems.unreadable(path.toString(), "failed while reading (" + e + ")", e);
    }
    return decode(bytes, modified, new FrameOrigin(path.toString(), FrameOrigin.Kind.STORED));
  }

  /**
   * Decodes one encoded image; problems name it by the origin's name.
   *
   * @param encoded a whole PNG, JPEG, TIFF or BMP
   */
  public static Frame decode(byte[] encoded, Instant capturedAt, FrameOrigin origin)
      throws ProblemException {
    String name = origin.name();
    ImageHeader header = ImageHeader.of(encoded, name);
    if (header.pixels() > MAX_PIXELS) {
      throw ImageProblems.tooLarge(
          name,
          header.width() + "x" + header.height() + " pixels",
          MAX_PIXELS / 1_000_000 + " megapixels");
    }
    if (header.width() < MIN_SIDE_PX || header.height() < MIN_SIDE_PX) {
      throw new ProblemException(
          "image_too_small",
          String.format(
              Locale.ROOT,
              "%s is %dx%d pixels, at least %dx%d are needed",
              name,
              header.width(),
              header.height(),
              MIN_SIDE_PX,
              MIN_SIDE_PX),
          "give the image as the camera made it, not a thumbnail");
    }
    return new Frame(pixels(encoded, name), capturedAt, origin);
  }

  private static byte[] bounded(Path path) throws IOException, ProblemException {
    long size = Files.size(path);
    if (size <= MAX_FILE_BYTES) {
      try (InputStream in = Files.newInputStream(path)) {
        byte[] bytes = in.readNBytes((int) MAX_FILE_BYTES + 1);
        size = Math.max(size, bytes.length);
        if (bytes.length <= MAX_FILE_BYTES) {
          return bytes;
        }
      }
    }
    throw ImageProblems.tooLarge(
        path.toString(), size + " bytes", (MAX_FILE_BYTES >> 20) + " MiB a file");
  }

  private static Mat pixels(byte[] encoded, String name) throws ProblemException {
    MatOfByte buffer = new MatOfByte(encoded);
    Mat decoded = null;
    try {
      decoded = Imgcodecs.imdecode(buffer, FLAGS);
      Mat bgr = toBgr8(decoded, name);
      decoded = bgr == decoded ? null : decoded;
      return bgr;
    } catch (CvException e) {
      throw ImageProblems.corrupt(name, "the decoder refused it: " + e.getMessage());
    } finally {
      buffer.release();
      if (decoded != null) {
        decoded.release();
      }
    }
  }

  /** The same image if it is 8-bit BGR already, else a new one. */
  private static Mat toBgr8(Mat decoded, String name) throws ProblemException {
    if (decoded.empty()) {
      throw ImageProblems.corrupt(name, "the decoder refused it");
    }
    int depth = decoded.depth();
    if (depth != CvType.CV_8U && depth != CvType.CV_16U) {
      throw ImageProblems.unknownFormat(
          name, "has " + CvType.typeToString(decoded.type()) + " samples, not 8- or 16-bit ones");
    }
    try (PixelArena arena = new PixelArena()) {
      Mat eight = decoded;
      if (depth == CvType.CV_16U) {
        double max = Core.minMaxLoc(arena.adopt(decoded.reshape(1))).maxVal;
        // Truncated, not rounded: the top value of the range must stay within 8 bits.
        double divisor = max < TWELVE_BIT_RANGE ? 16 : 256;
        eight = arena.mat();
        decoded.convertTo(eight, CvType.CV_8U, 1 / divisor, -0.5 + 0.5 / divisor);
      }
      if (eight == decoded && eight.channels() == 3) {
        return decoded;
      }
      Mat bgr = new Mat();
      switch (eight.channels()) {
        case 1 -> Imgproc.cvtColor(eight, bgr, Imgproc.COLOR_GRAY2BGR);
        case 4 -> Imgproc.cvtColor(eight, bgr, Imgproc.COLOR_BGRA2BGR);
        default -> eight.copyTo(bgr);
      }
      return bgr;
    }
  }
}
