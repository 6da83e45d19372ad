package org.kronocyte.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.imgcodecs.Imgcodecs;

class CellCropTest {
  private static final int WIDTH = 120;
  private static final int HEIGHT = 90;

  @BeforeAll
  static void load() throws Exception {
    Natives.load();
  }

  /** Smooth colours that JPEG keeps, different at each place. */
  private static int[] colour(int x, int y) {
    return new int[] {x * 2, y * 2, 255 - x - y};
  }

  private static Frame frame() {
    byte[] bgr = new byte[WIDTH * HEIGHT * 3];
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        int[] colour = colour(x, y);
        for (int c = 0; c < 3; c++) {
          bgr[(y * WIDTH + x) * 3 + c] = (byte) colour[c];
        }
      }
    }
    return Frame.ofBgr(
        bgr, WIDTH, HEIGHT, Instant.EPOCH, new FrameOrigin("x", FrameOrigin.Kind.STORED));
  }

  /** Against the obvious: each picture pixel looked up in the field. */
  private static void assertShows(
      byte[] jpeg, double centreX, double centreY, double fieldPx, int sidePx) {
    try (PixelArena arena = new PixelArena()) {
      MatOfByte bytes = new MatOfByte(jpeg);
      Mat picture = arena.adopt(Imgcodecs.imdecode(bytes, Imgcodecs.IMREAD_COLOR));
      bytes.release();
      assertEquals(sidePx, picture.cols());
      assertEquals(sidePx, picture.rows());
      byte[] pixel = new byte[3];
      for (int v = 4; v < sidePx - 4; v += 5) {
        for (int u = 4; u < sidePx - 4; u += 5) {
          double x = centreX + ((u + 0.5) / sidePx - 0.5) * fieldPx - 0.5;
          double y = centreY + ((v + 0.5) / sidePx - 0.5) * fieldPx - 0.5;
          picture.get(v, u, pixel);
          if (x > 3 && y > 3 && x < WIDTH - 4 && y < HEIGHT - 4) {
            int[] colour = colour((int) Math.round(x), (int) Math.round(y));
            for (int c = 0; c < 3; c++) {
              assertEquals(colour[c], pixel[c] & 0xff, 16, "at " + u + ", " + v);
            }
          } else if (x < -10 || y < -10 || x > WIDTH + 10 || y > HEIGHT + 10) {
            assertTrue((pixel[0] & 0xff) > 235, "white at " + u + ", " + v);
          }
        }
      }
    }
  }

  @Test
  void showsThePlaceAtTheScaleAskedFor() {
    try (Frame frame = frame()) {
      for (double fieldPx : new double[] {20, 40, 64, 80}) {
        assertShows(CellCrop.jpeg(frame, 60, 45, fieldPx, 40, 30_000), 60, 45, fieldPx, 40);
      }
    }
  }

  @Test
  void isWhiteBeyondTheField() {
    try (Frame frame = frame()) {
      for (int[] centre : new int[][] {{0, 0}, {WIDTH, HEIGHT}, {5, 80}, {118, 3}}) {
        byte[] jpeg = CellCrop.jpeg(frame, centre[0], centre[1], 60, 60, 30_000);
        assertShows(jpeg, centre[0], centre[1], 60, 60);
      }
      assertEquals(0, CellCrop.jpeg(frame, 500, 500, 20, 20, 30_000).length);
    }
  }

  @Test
  void isNeverLargerThanAllowed() {
    byte[] noise = new byte[WIDTH * HEIGHT * 3];
    new Random(4).nextBytes(noise);
    FrameOrigin origin = new FrameOrigin("x", FrameOrigin.Kind.STORED);
    try (Frame frame = Frame.ofBgr(noise, WIDTH, HEIGHT, Instant.EPOCH, origin)) {
      int best = CellCrop.jpeg(frame, 60, 45, 80, 80, 100_000).length;
      int less = CellCrop.jpeg(frame, 60, 45, 80, 80, best - 1).length;
      assertTrue(less > 0 && less < best, less + " of " + best);
      assertEquals(0, CellCrop.jpeg(frame, 60, 45, 80, 80, 500).length);
    }
  }
}
