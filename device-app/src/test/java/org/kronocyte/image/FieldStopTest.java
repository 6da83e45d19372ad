package org.kronocyte.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class FieldStopTest {
  private static final int WIDTH = 400;
  private static final int HEIGHT = 300;
  private static final DensityTable TABLE = new DensityTable(230, 230, 230);

  @BeforeAll
  static void load() throws Exception {
    Natives.load();
  }

  /** Grey values of glass, with a red cell here and there. */
  private static byte[] field() {
    byte[] bgr = new byte[WIDTH * HEIGHT * 3];
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
      int x = i % WIDTH;
      int y = i / WIDTH;
      boolean cell = Math.hypot(x % 50 - 25, y % 50 - 25) < 15;
      Arrays.fill(bgr, 3 * i, 3 * i + 3, (byte) (cell ? 150 : 225 + (x + y) % 6));
    }
    return bgr;
  }

  private static double fromMiddle(int x, int y) {
    return Math.hypot(x + 0.5 - WIDTH / 2.0, y + 0.5 - HEIGHT / 2.0);
  }

  /** The same through an eyepiece; its edge is a little blurred. */
  private static byte[] throughEyepiece(byte[] bgr, double radius) {
    byte[] out = bgr.clone();
    for (int i = 0; i < out.length; i++) {
      double inside = radius - fromMiddle(i / 3 % WIDTH, i / 3 / WIDTH);
      double share = Math.max(0, Math.min(1, inside / 2 + 0.5));
      out[i] = (byte) (4 + share * ((bgr[i] & 0xff) - 4));
    }
    return out;
  }

  private static OpticalDensity density(byte[] bgr, Frame frame) {
    assertEquals(bgr.length, 3 * frame.width() * frame.height());
    return new OpticalDensity(frame, TABLE);
  }

  @Test
  void aRoundViewIsClearGlassOutsideAndUntouchedInside() {
    double radius = 145;
    byte[] whole = field();
    byte[] round = throughEyepiece(whole, radius);
    try (Frame a = TestPixels.frame(whole, WIDTH, HEIGHT);
        Frame b = TestPixels.frame(round, WIDTH, HEIGHT);
        OpticalDensity plain = density(whole, a).resized(WIDTH, HEIGHT);
        OpticalDensity seen = density(round, b).resized(WIDTH, HEIGHT)) {
      assertFalse(plain.hasStop());
      assertTrue(seen.hasStop());
      byte[] expected = TestPixels.bytes(plain);
      byte[] found = TestPixels.bytes(seen);
      for (int i = 0; i < WIDTH * HEIGHT; i++) {
        int x = i % WIDTH;
        int y = i / WIDTH;
        double r = fromMiddle(x, y);
        if (r > radius + 1) {
          assertEquals(0, found[3 * i + 1], "outside at " + x + "," + y);
          assertTrue(seen.hidden(x, y), "outside at " + x + "," + y);
        } else if (r < radius - 8) {
          assertEquals(expected[3 * i + 1], found[3 * i + 1], "inside at " + x + "," + y);
          assertFalse(seen.hidden(x, y), "inside at " + x + "," + y);
        }
        assertFalse(plain.hidden(x, y));
      }
    }
  }

  /** Without a stop nothing changes, whatever lies on the glass. */
  private static void unchanged(byte[] bgr) {
    try (Frame frame = TestPixels.frame(bgr, WIDTH, HEIGHT);
        OpticalDensity density = density(bgr, frame);
        OpticalDensity seen = density.resized(WIDTH, HEIGHT)) {
      assertFalse(seen.hasStop());
      assertArrayEquals(TestPixels.bytes(density), TestPixels.bytes(seen));
    }
  }

  private static byte[] withDisc(double centreX, double radius, int blue, int green, int red) {
    byte[] bgr = field();
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
      int row = i / WIDTH;
      if (Math.hypot(i % WIDTH - centreX, row - HEIGHT / 2.0) < radius) {
        bgr[3 * i] = (byte) blue;
        bgr[3 * i + 1] = (byte) green;
        bgr[3 * i + 2] = (byte) red;
      }
    }
    return bgr;
  }

  @Test
  void stainLetsSomeColourThrough() {
    unchanged(withDisc(0, 90, 60, 5, 30));
  }

  @Test
  void dirtAtTheBorderIsSmaller() {
    unchanged(withDisc(0, 30, 2, 2, 2));
  }

  @Test
  void dirtInTheFieldIsNoSurround() {
    unchanged(withDisc(WIDTH / 2.0, 90, 2, 2, 2));
  }
}
