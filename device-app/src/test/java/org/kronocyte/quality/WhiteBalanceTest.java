package org.kronocyte.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.kronocyte.image.DensityTable;
import org.kronocyte.image.Frame;
import org.kronocyte.image.Natives;
import org.kronocyte.image.OpticalDensity;
import org.kronocyte.image.PixelArena;
import org.kronocyte.image.TestPixels;
import org.opencv.core.Mat;
import org.opencv.core.Size;
import org.opencv.imgproc.Imgproc;

class WhiteBalanceTest {
  @BeforeAll
  static void load() throws Exception {
    Natives.load();
  }

  /** The slow way: sort, and take the value that 95 % of all are at most. */
  @Test
  void percentileIsThatOfSortedValues() {
    SplittableRandom random = new SplittableRandom(1);
    for (int n = 1; n < 600; n++) {
      int[] values = random.ints(n, 0, 1 + random.nextInt(256)).toArray();
      int[] histogram = new int[256];
      for (int v : values) {
        histogram[v]++;
      }
      assertEquals(percentileBySorting(values), WhiteBalance.percentile(histogram), "n " + n);
    }
  }

  private static int percentileBySorting(int[] values) {
    int[] sorted = values.clone();
    Arrays.sort(sorted);
    int rank = (95 * sorted.length + 99) / 100;
    return Math.max(1, sorted[rank - 1]);
  }

  @Test
  void eachChannelHasItsOwnBackground() {
    int width = 61;
    int height = 37;
    byte[] bgr = TestPixels.noise(width * height * 3, 2);
    for (int i = 1; i < bgr.length; i += 3) {
      bgr[i] = (byte) ((bgr[i] & 0xff) / 2);
    }
    try (Frame frame = TestPixels.frame(bgr, width, height)) {
      WhiteBalance light = WhiteBalance.of(frame);
      int[] expected = new int[3];
      for (int c = 0; c < 3; c++) {
        int[] channel = new int[width * height];
        for (int i = 0; i < channel.length; i++) {
          channel[i] = bgr[3 * i + c] & 0xff;
        }
        expected[c] = percentileBySorting(channel);
      }
      assertEquals(expected[0], light.blue());
      assertEquals(expected[1], light.green());
      assertEquals(expected[2], light.red());
    }
  }

  @Test
  void saturationNeedsAllThreeChannels() {
    byte[] bgr = new byte[100 * 3];
    Arrays.fill(bgr, (byte) 254);
    for (int i = 0; i < 40; i++) {
      bgr[3 * i + i % 3] = (byte) 253;
    }
    try (Frame frame = TestPixels.frame(bgr, 10, 10)) {
      assertEquals(0.6, WhiteBalance.of(frame).saturatedShare(), 1e-12);
    }
  }

  @Test
  void aBlackFrameStillHasABackgroundOfOne() {
    try (Frame frame = TestPixels.frame(new byte[30 * 30 * 3], 30, 30)) {
      assertEquals(new WhiteBalance(1, 1, 1, 0), WhiteBalance.of(frame));
    }
  }

  /** Large fields are sampled: the answer stays that of all pixels but for a grey value or two. */
  @Test
  void samplingHardlyMovesThePercentile() {
    int width = 1501;
    int height = 997;
    SplittableRandom random = new SplittableRandom(3);
    byte[] bgr = new byte[width * height * 3];
    int[] green = new int[width * height];
    for (int i = 0; i < bgr.length; i++) {
      int v = (int) Math.max(0, Math.min(255, 180 + 20 * random.nextGaussian()));
      bgr[i] = (byte) v;
      if (i % 3 == 1) {
        green[i / 3] = v;
      }
    }
    try (Frame frame = TestPixels.frame(bgr, width, height)) {
      assertEquals(percentileBySorting(green), WhiteBalance.of(frame).green(), 2);
    }
  }

  @Test
  void applyMapsEveryPixelInRgbOrder() {
    WhiteBalance light = new WhiteBalance(200, 220, 240, 0);
    byte[] bgr = TestPixels.noise(64 * 48 * 3, 5);
    try (Frame frame = TestPixels.frame(bgr, 64, 48);
        OpticalDensity density = light.apply(frame)) {
      byte[] rgb = TestPixels.bytes(density);
      for (int i = 0; i < bgr.length; i += 3) {
        assertEquals(DensityTable.density(240, bgr[i + 2] & 0xff), rgb[i] & 0xff);
        assertEquals(DensityTable.density(220, bgr[i + 1] & 0xff), rgb[i + 1] & 0xff);
        assertEquals(DensityTable.density(200, bgr[i] & 0xff), rgb[i + 2] & 0xff);
      }
    }
  }

  /** A dimmer lamp changes nothing but rounding: that is what white balance is for. */
  @Test
  void theLampCancels() {
    byte[] bright = new byte[200 * 3];
    byte[] dim = new byte[bright.length];
    for (int i = 0; i < bright.length; i++) {
      int v = i < 300 ? 240 : 40 + i % 200;
      bright[i] = (byte) v;
      dim[i] = (byte) (v / 2);
    }
    try (Frame a = TestPixels.frame(bright, 20, 10);
        Frame b = TestPixels.frame(dim, 20, 10);
        OpticalDensity da = WhiteBalance.of(a).apply(a);
        OpticalDensity db = WhiteBalance.of(b).apply(b)) {
      byte[] pa = TestPixels.bytes(da);
      byte[] pb = TestPixels.bytes(db);
      int worst = 0;
      for (int i = 0; i < pa.length; i++) {
        worst = Math.max(worst, Math.abs((pa[i] & 0xff) - (pb[i] & 0xff)));
      }
      assertTrue(worst <= 2, "off by " + worst);
    }
  }

  /** Black around a round view is no part of the field. */
  @Test
  void blackPixelsDoNotCount() {
    byte[] bgr = TestPixels.noise(60 * 50 * 3, 8);
    byte[] framed = Arrays.copyOf(bgr, bgr.length + 60 * 40 * 3);
    Arrays.fill(framed, bgr.length, framed.length, (byte) 5);
    try (Frame plain = TestPixels.frame(bgr, 60, 50);
        Frame round = TestPixels.frame(framed, 60, 90)) {
      WhiteBalance expected = WhiteBalance.of(plain);
      WhiteBalance seen = WhiteBalance.of(round);
      assertEquals(expected.blue(), seen.blue());
      assertEquals(expected.green(), seen.green());
      assertEquals(expected.red(), seen.red());
    }
  }

  /** Large fields are sampled evenly, as OpenCV's nearest neighbour does. */
  @Test
  void largeFieldsAreSampledEvenly() {
    SplittableRandom random = new SplittableRandom(9);
    for (int n = 0; n < 20; n++) {
      int width = random.nextInt(400, 1300);
      int height = random.nextInt(400, 1000);
      byte[] bgr = TestPixels.noise(width * height * 3, n);
      int step = (int) Math.ceil(Math.sqrt((double) width * height / (160 * 160)));
      try (Frame frame = TestPixels.frame(bgr, width, height);
          PixelArena arena = new PixelArena()) {
        Mat sample = arena.mat();
        int columns = width / step;
        int rows = height / step;
        Size size = new Size(columns, rows);
        Imgproc.resize(frame.bgr(), sample, size, 0, 0, Imgproc.INTER_NEAREST);
        byte[] sampled = TestPixels.bytes(sample);
        try (Frame small = TestPixels.frame(sampled, sample.cols(), sample.rows())) {
          assertEquals(WhiteBalance.of(small), WhiteBalance.of(frame), width + "x" + height);
        }
      }
    }
  }
}
