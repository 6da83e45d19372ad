package org.kronocyte.classify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kronocyte.image.Natives;
import org.kronocyte.image.OpticalDensity;
import org.kronocyte.image.Scale;
import org.kronocyte.image.TestPixels;
import org.kronocyte.segment.ResampledField;

class CropCutterTest {
  private static final int SIDE = 96;

  private final CropCutter cutter = new CropCutter(SIDE, 0.25);

  @BeforeAll
  static void load() throws Exception {
    Natives.load();
  }

  private byte[] cut(OpticalDensity field, double x, double y, double umPerPx) {
    ByteBuffer memory = ByteBuffer.allocateDirect(3 * cutter.bytes());
    for (int i = 0; i < memory.capacity(); i++) {
      memory.put(i, (byte) 77);
    }
    CropCutter.Place place = cutter.place(field, Scale.configured(umPerPx), x, y);
    cutter.cut(place, cutter.everything(), memory, 1);
    byte[] crop = new byte[cutter.bytes()];
    memory.get(cutter.bytes(), crop);
    for (int i = 0; i < cutter.bytes(); i++) {
      assertEquals(77, memory.get(i), "the crop before was touched");
      assertEquals(77, memory.get(2 * cutter.bytes() + i), "the crop after was touched");
    }
    return crop;
  }

  /** At the model's scale a crop is a copy; beyond the field it is clear glass. */
  @Test
  void atTheModelsScaleEveryPixelIsCopied() {
    int width = 150;
    int height = 130;
    byte[] rgb = TestPixels.noise(width * height * 3, 1);
    SplittableRandom random = new SplittableRandom(2);
    try (OpticalDensity field = TestPixels.density(rgb, width, height)) {
      for (int n = 0; n < 100; n++) {
        int x = random.nextInt(-60, width + 60);
        int y = random.nextInt(-60, height + 60);
        byte[] expected = new byte[cutter.bytes()];
        for (int i = 0; i < expected.length; i++) {
          int u = i / 3 % SIDE + x - SIDE / 2;
          int v = i / 3 / SIDE + y - SIDE / 2;
          if (u >= 0 && v >= 0 && u < width && v < height) {
            expected[i] = rgb[(v * width + u) * 3 + i % 3];
          }
        }
        assertArrayEquals(expected, cut(field, x, y, 0.25), "centre " + x + "," + y);
      }
    }
  }

  /** Twice as fine a field: the mean of each 2 x 2 block. */
  @Test
  void finerFieldsAreAveraged() {
    int width = 300;
    byte[] rgb = TestPixels.noise(width * width * 3, 3);
    try (OpticalDensity field = TestPixels.density(rgb, width, width)) {
      byte[] crop = cut(field, 140, 160, 0.125);
      for (int i = 0; i < crop.length; i++) {
        int u = 2 * (i / 3 % SIDE) + 140 - SIDE;
        int v = 2 * (i / 3 / SIDE) + 160 - SIDE;
        int sum = 0;
        for (int k = 0; k < 4; k++) {
          sum += rgb[((v + k / 2) * width + u + k % 2) * 3 + i % 3] & 0xff;
        }
        assertEquals(sum / 4.0, crop[i] & 0xff, 0.51);
      }
    }
  }

  /** A disc of 10 um around the point asked for is a disc of 40 px in the middle of the crop. */
  @ParameterizedTest
  @ValueSource(doubles = {0.05, 0.07, 0.1, 0.16, 0.25, 0.3, 0.41})
  void aCropIsCentredAndTrueToSize(double umPerPx) {
    int side = (int) (40 / umPerPx);
    double centreX = side * 0.47;
    double centreY = side * 0.53;
    byte[] rgb = new byte[side * side * 3];
    for (int i = 0; i < side * side; i++) {
      int x = i % side;
      int y = i / side;
      double r = Math.hypot(x + 0.5 - centreX, y + 0.5 - centreY) * umPerPx;
      Arrays.fill(rgb, 3 * i, 3 * i + 3, (byte) (r < 5 ? 200 : 0));
    }
    try (OpticalDensity field = TestPixels.density(rgb, side, side)) {
      byte[] crop = cut(field, centreX, centreY, umPerPx);
      double sum = 0;
      double sumX = 0;
      double sumY = 0;
      for (int i = 0; i < SIDE * SIDE; i++) {
        double v = (crop[3 * i + 1] & 0xff) / 200.0;
        sum += v;
        int x = i % SIDE;
        int y = i / SIDE;
        sumX += v * (x + 0.5);
        sumY += v * (y + 0.5);
      }
      assertEquals(Math.PI * 400, sum, 0.03 * Math.PI * 400);
      // Crops begin at whole field pixels, so up to half of one may be lost.
      double tolerance = 0.55 * Math.max(1, umPerPx / 0.25);
      assertEquals(SIDE / 2.0, sumX / sum, tolerance);
      assertEquals(SIDE / 2.0, sumY / sum, tolerance);
    }
  }

  /** Any place and scale gives a crop in the tensor's memory, and glass far outside. */
  @Test
  void bordersAreHarmless() {
    SplittableRandom random = new SplittableRandom(4);
    byte[] dark = new byte[64 * 48 * 3];
    Arrays.fill(dark, (byte) 255);
    try (OpticalDensity field = TestPixels.density(dark, 64, 48)) {
      for (int n = 0; n < 600; n++) {
        double x = random.nextDouble(-100, 200);
        double y = random.nextDouble(-100, 200);
        double umPerPx = Math.exp(random.nextDouble(Math.log(0.02), Math.log(2)));
        double half = SIDE * 0.25 / umPerPx / 2;
        byte[] crop = cut(field, x, y, umPerPx);
        boolean apart = x + half < -1 || y + half < -1 || x - half > 65 || y - half > 49;
        int stained = 0;
        for (byte b : crop) {
          stained += b != 0 ? 1 : 0;
        }
        assertTrue(!apart || stained == 0, x + "," + y + " at " + umPerPx);
        boolean within = x > 2 && y > 2 && x < 62 && y < 46;
        assertTrue(!within || stained > 0, x + "," + y + " at " + umPerPx);
      }
    }
  }

  /** What isn't visible is glass, the rest is as it would be. */
  @Test
  void hiddenPixelsAreGlass() {
    SplittableRandom random = new SplittableRandom(5);
    byte[] rgb = TestPixels.noise(200 * 200 * 3, 6);
    byte[] visible = new byte[SIDE * SIDE];
    for (int i = 0; i < visible.length; i++) {
      visible[i] = (byte) random.nextInt(2);
    }
    try (OpticalDensity field = TestPixels.density(rgb, 200, 200)) {
      byte[] whole = cut(field, 90, 110, 0.2);
      ByteBuffer memory = ByteBuffer.allocateDirect(cutter.bytes());
      cutter.cut(cutter.place(field, Scale.configured(0.2), 90, 110), visible, memory, 0);
      for (int i = 0; i < whole.length; i++) {
        assertEquals(visible[i / 3] == 0 ? 0 : whole[i], memory.get(i), "byte " + i);
      }
    }
  }

  /** Of a field resampled to the model's scale a crop is a piece, around the place asked for. */
  @Test
  void atAResampledFieldsScaleCropsAreItsPixels() {
    int width = 500;
    int height = 430;
    try (OpticalDensity captured =
            TestPixels.density(TestPixels.noise(width * height * 3, 7), width, height);
        ResampledField field =
            new ResampledField(captured.resized(200, 172), captured, Scale.configured(0.1))) {
      SplittableRandom random = new SplittableRandom(8);
      for (int n = 0; n < 50; n++) {
        double x = random.nextDouble(-50, width + 50);
        double y = random.nextDouble(-50, height + 50);
        CropCutter.Place place = cutter.place(field, x, y);
        assertEquals(x, place.x(), 1.26, "half a pixel of 0.25 um");
        assertEquals(y, place.y(), 1.26, "half a pixel of 0.25 um");
        ByteBuffer memory = ByteBuffer.allocateDirect(cutter.bytes());
        cutter.cut(place, cutter.everything(), memory, 0);
        byte[] crop = new byte[cutter.bytes()];
        memory.get(crop);
        byte[] expected = cut(field.density(), place.x() / 2.5, place.y() / 2.5, 0.25);
        assertArrayEquals(expected, crop, x + "," + y);
      }
    }
  }

  /** A model that sees more finely than the segmenter gets what the camera saw. */
  @Test
  void atAnotherScaleCropsAreCutFromWhatWasCaptured() {
    try (OpticalDensity captured =
            TestPixels.density(TestPixels.noise(400 * 400 * 3, 9), 400, 400);
        ResampledField field =
            new ResampledField(captured.resized(100, 100), captured, Scale.configured(0.125))) {
      ByteBuffer memory = ByteBuffer.allocateDirect(cutter.bytes());
      cutter.cut(cutter.place(field, 190, 210), cutter.everything(), memory, 0);
      byte[] crop = new byte[cutter.bytes()];
      memory.get(crop);
      assertArrayEquals(cut(captured, 190, 210, 0.125), crop);
    }
  }
}
