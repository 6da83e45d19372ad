package org.kronocyte.quality;

import org.kronocyte.camera.virtual.SmearRecipe;
import org.kronocyte.camera.virtual.View;
import org.kronocyte.camera.virtual.VirtualField;
import org.kronocyte.camera.virtual.VirtualSmear;
import org.kronocyte.image.Frame;
import org.kronocyte.image.OpticalDensity;
import org.kronocyte.image.TestPixels;

/** Virtual fields as density; the caller closes them. */
final class QualityFields {
  private QualityFields() {}

  static OpticalDensity density(SmearRecipe recipe, long seed, long index, View view) {
    return density(new VirtualSmear(seed, recipe), index, view);
  }

  static OpticalDensity density(VirtualSmear smear, long index, View view) {
    VirtualField field = smear.field(index, view);
    try (Frame frame = TestPixels.frame(field);
        OpticalDensity all = WhiteBalance.of(frame).apply(frame)) {
      return TestPixels.density(TestPixels.bytes(all), field.width(), field.height());
    }
  }

  /** Discs of stain on clear glass, evenly dense; overlapping discs unite. */
  static OpticalDensity discs(int width, int height, double radius, double[][] centres) {
    byte[] rgb = new byte[width * height * 3];
    for (double[] c : centres) {
      for (int y = (int) Math.max(0, c[1] - radius - 1); y <= c[1] + radius + 1; y++) {
        for (int x = (int) Math.max(0, c[0] - radius - 1); x <= c[0] + radius + 1; x++) {
          if (x < width && y < height) {
            // A rim one pixel wide, as any optics makes.
            double cover = radius + 0.5 - Math.hypot(x - c[0], y - c[1]);
            stain(rgb, 3 * (y * width + x), Math.max(0, Math.min(1, cover)));
          }
        }
      }
    }
    return TestPixels.density(rgb, width, height);
  }

  private static void stain(byte[] rgb, int at, double cover) {
    rgb[at] = (byte) Math.max(rgb[at], 8 * cover);
    rgb[at + 1] = (byte) Math.max(rgb[at + 1], 70 * cover);
    rgb[at + 2] = (byte) Math.max(rgb[at + 2], 40 * cover);
  }
}
