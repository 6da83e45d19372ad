package org.kronocyte.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kronocyte.problem.Problem;
import org.kronocyte.problem.ProblemException;
import org.opencv.core.Core;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.core.MatOfInt;
import org.opencv.core.Scalar;
import org.opencv.imgcodecs.Imgcodecs;

class ImageReaderTest {
  @TempDir Path folder;

  @BeforeAll
  static void natives() throws ProblemException {
    Natives.load();
  }

  @ParameterizedTest
  @ValueSource(strings = {".png", ".jpg", ".bmp", ".tif"})
  void readsEachFormat(String suffix) throws Exception {
    Path file = write("fine" + suffix, encoded(suffix, noise(40, 52, CvType.CV_8UC3)));
    try (Frame frame = ImageReader.read(file)) {
      assertEquals(52, frame.width());
      assertEquals(40, frame.height());
      assertEquals(file.toString(), frame.origin().name());
      assertEquals(FrameOrigin.Kind.STORED, frame.origin().kind());
      assertEquals(Files.getLastModifiedTime(file).toInstant(), frame.capturedAt());
    }
  }

  /** Whatever the suffix says, the bytes decide. */
  @Test
  void suffixDoesNotMatter() throws Exception {
    Path file = write("really-a-png.jpg", encoded(".png", noise(20, 20, CvType.CV_8UC3)));
    try (Frame frame = ImageReader.read(file)) {
      assertEquals(20, frame.width());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {".png", ".jpg", ".bmp", ".tif"})
  void everyTruncationIsSeen(String suffix) throws Exception {
    byte[] whole = encoded(suffix, noise(60, 60, CvType.CV_8UC3));
    for (double part : new double[] {0.3, 0.6, 0.9, 0.99}) {
      byte[] cut = Arrays.copyOf(whole, (int) (whole.length * part));
      assertEquals("image_truncated", problem(write("cut" + suffix, cut)).code(), "cut at " + part);
    }
  }

  @Test
  void bytesAfterTheEndOfAJpegAreFine() throws Exception {
    byte[] whole = encoded(".jpg", noise(30, 30, CvType.CV_8UC3));
    ImageReader.read(write("trailer.jpg", Arrays.copyOf(whole, whole.length + 500))).close();
  }

  @Test
  void emptyFile() throws Exception {
    assertEquals("image_empty", problem(write("empty.png", new byte[0])).code());
  }

  @Test
  void textNamedPngShowsItsFirstBytes() throws Exception {
    Problem problem = problem(write("text.png", "hello world".getBytes(StandardCharsets.US_ASCII)));
    assertEquals("image_unknown_format", problem.code());
    assertTrue(problem.message().contains("68 65 6C 6C 6F"), problem.message());
    assertTrue(problem.message().contains("hello world"), problem.message());
  }

  @Test
  void missingFileAndFolderAreUnreadable() {
    assertEquals("image_unreadable", problem(folder.resolve("nowhere.png")).code());
    assertEquals("image_unreadable", problem(folder).code());
  }

  @Test
  void hugePngIsRefusedByItsHeader() throws Exception {
    Problem problem = problem(write("huge.png", pngHeader(20_000, 20_000)));
    assertEquals("image_too_large", problem.code());
    assertTrue(problem.message().contains("20000x20000"), problem.message());
    assertTrue(problem.message().contains("64 megapixels"), problem.message());
  }

  @Test
  void sizesThatOverflowAreRefused() throws Exception {
    assertEquals("image_too_large", problem(write("wide.png", pngHeader(-1, -1))).code());
  }

  @Test
  void hugeFileIsRefusedUnread() throws Exception {
    Path file = folder.resolve("huge.tif");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(ImageReader.MAX_FILE_BYTES + 1);
    }
    Problem problem = problem(file);
    assertEquals("image_too_large", problem.code());
    assertTrue(problem.message().contains("64 MiB"), problem.message());
  }

  @Test
  void tooSmall() throws Exception {
    byte[] png = encoded(".png", noise(15, 40, CvType.CV_8UC3));
    assertEquals("image_too_small", problem(write("small.png", png)).code());
  }

  @Test
  void flippedByteInAPngIsSeen() throws Exception {
    byte[] png = encoded(".png", noise(40, 40, CvType.CV_8UC3));
    png[png.length / 2] ^= 0x10;
    assertEquals("image_corrupt", problem(write("flipped.png", png)).code());
  }

  @Test
  void jpegWithoutAPictureIsCorrupt() throws Exception {
    byte[] bytes = {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, (byte) 0xD9};
    assertEquals("image_corrupt", problem(write("hollow.jpg", bytes)).code());
  }

  /** Random bytes behind a right beginning end in a problem, never in another exception. */
  @Test
  void garbageEndsInAProblem() throws Exception {
    var random = new SplittableRandom(5);
    byte[][] beginnings = {
      {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF},
      {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'},
      {'I', 'I', 42, 0},
      {'M', 'M', 0, 42},
      {'B', 'M'}
    };
    for (int i = 0; i < 500; i++) {
      byte[] bytes = new byte[random.nextInt(8, 400)];
      random.nextBytes(bytes);
      byte[] start = beginnings[i % beginnings.length];
      System.arraycopy(start, 0, bytes, 0, Math.min(start.length, bytes.length));
      assertThrows(ProblemException.class, () -> decode(bytes).close());
    }
  }

  @Test
  void greyBecomesThreeEqualChannels() throws Exception {
    try (Frame frame = decode(encoded(".png", noise(20, 24, CvType.CV_8UC1)))) {
      byte[] pixels = pixels(frame);
      for (int i = 0; i < pixels.length; i += 3) {
        assertTrue(pixels[i] == pixels[i + 1] && pixels[i] == pixels[i + 2], "pixel " + i / 3);
      }
    }
  }

  @Test
  void alphaIsDropped() throws Exception {
    Mat bgra = new Mat(20, 20, CvType.CV_8UC4, new Scalar(10, 20, 30, 0));
    try (Frame frame = decode(encoded(".png", bgra))) {
      assertArrayEquals(new byte[] {10, 20, 30}, Arrays.copyOf(pixels(frame), 3));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {".png", ".tif"})
  void sixteenBitsAreScaledByAFixedFactor(String suffix) throws Exception {
    short[] full = new short[400];
    short[] twelve = new short[400];
    for (int i = 0; i < 400; i++) {
      full[i] = (short) (i * 65535 / 399);
      twelve[i] = (short) (i * 4095 / 399);
    }
    try (Frame wide = decode(encoded(suffix, grey16(full)));
        Frame narrow = decode(encoded(suffix, grey16(twelve)))) {
      for (int i = 0; i < 400; i++) {
        assertEquals((full[i] & 0xFFFF) / 256, pixels(wide)[i * 3] & 0xFF, "sample " + full[i]);
        assertEquals(twelve[i] / 16, pixels(narrow)[i * 3] & 0xFF, "sample " + twelve[i]);
      }
    }
  }

  @Test
  void orientationTagIsIgnored() throws Exception {
    byte[] jpeg = encoded(".jpg", noise(30, 50, CvType.CV_8UC3));
    byte[] exif = {
      (byte) 0xFF,
      (byte) 0xE1,
      0,
      34,
      'E',
      'x',
      'i',
      'f',
      0,
      0,
      'M',
      'M',
      0,
      42,
      0,
      0,
      0,
      8,
      0,
      1,
      0x01,
      0x12,
      0,
      3,
      0,
      0,
      0,
      1,
      0,
      6,
      0,
      0,
      0,
      0,
      0,
      0
    };
    ByteBuffer turned = ByteBuffer.allocate(jpeg.length + exif.length);
    turned.put(jpeg, 0, 2).put(exif).put(jpeg, 2, jpeg.length - 2);
    try (Frame frame = decode(turned.array())) {
      assertEquals(50, frame.width());
    }
  }

  /** As many entries and strips as fit, the strips' entries last. */
  @Test
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void manyStripsAndEntriesTakeNoLonger() throws Exception {
    int entries = 0xFFFF;
    int strips = 2_000_000;
    int data = 8 + 2 + entries * 12;
    ByteBuffer tiff = ByteBuffer.allocate(data + 2 * strips);
    tiff.put(new byte[] {'M', 'M', 0, 42}).putInt(8).putShort((short) entries);
    tiff.position(data - 4 * 12);
    for (int tag : new int[] {256, 257, 273, 279}) {
      boolean size = tag < 273;
      tiff.putShort((short) tag).putShort((short) 3).putInt(size ? 1 : strips);
      tiff.putInt(size ? 20 << 16 : data);
    }
    assertEquals(new ImageHeader(20, 20), ImageHeader.of(tiff.array(), "strips.tif"));
  }

  /** A download that stopped: decoders fill the missing rows with grey and say nothing. */
  @Test
  void realTruncatedFile() throws Exception {
    String data = System.getenv().getOrDefault("KRONOCYTE_DATA", "../../shared/data");
    Path stack = Path.of(data, "fields", "focus_stack");
    Assumptions.assumeTrue(
        Files.isDirectory(stack), "SKIPPED: no " + stack + "; set KRONOCYTE_DATA");
    try (DirectoryStream<Path> files = Files.newDirectoryStream(stack, "*.jpg")) {
      for (Path file : files) {
        if (file.getFileName().toString().contains("_009_")) {
          assertEquals("image_truncated", problem(file).code());
        } else {
          ImageReader.read(file).close();
        }
      }
    }
  }

  private static Problem problem(Path file) {
    return assertThrows(ProblemException.class, () -> ImageReader.read(file).close()).problem();
  }

  private static Frame decode(byte[] bytes) throws ProblemException {
    FrameOrigin origin = new FrameOrigin("test", FrameOrigin.Kind.STORED);
    return ImageReader.decode(bytes, Instant.EPOCH, origin);
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private static byte[] pixels(Frame frame) {
    byte[] bytes = new byte[frame.width() * frame.height() * 3];
    frame.bgr().get(0, 0, bytes);
    return bytes;
  }

  private static Mat noise(int rows, int columns, int type) {
    Mat image = new Mat(rows, columns, type);
    Core.setRNGSeed(3);
    Core.randu(image, 0, 256);
    return image;
  }

  private static Mat grey16(short[] samples) {
    Mat image = new Mat(20, 20, CvType.CV_16UC1);
    image.put(0, 0, samples);
    return image;
  }

  private static byte[] encoded(String suffix, Mat image) {
    MatOfByte out = new MatOfByte();
    assertTrue(Imgcodecs.imencode(suffix, image, out, new MatOfInt()));
    byte[] bytes = out.toArray();
    out.release();
    image.release();
    return bytes;
  }

  private static byte[] pngHeader(int width, int height) {
    ByteBuffer png = ByteBuffer.allocate(8 + 25 + 12);
    png.put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
    chunk(
        png,
        "IHDR",
        ByteBuffer.allocate(13)
            .putInt(width)
            .putInt(height)
            .put(new byte[] {8, 2, 0, 0, 0})
            .array());
    chunk(png, "IEND", new byte[0]);
    return png.array();
  }

  private static void chunk(ByteBuffer png, String type, byte[] data) {
    CRC32 sum = new CRC32();
    sum.update(type.getBytes(StandardCharsets.US_ASCII));
    sum.update(data);
    png.putInt(data.length).put(type.getBytes(StandardCharsets.US_ASCII)).put(data);
    png.putInt((int) sum.getValue());
  }
}
