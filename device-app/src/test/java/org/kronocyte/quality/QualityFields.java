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
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double nearest = Double.MAX_VALUE;
        for (double[] c : centres) {
          nearest = Math.min(nearest, Math.hypot(x - c[0], y - c[1]));
        }
        // A rim one pixel wide, as any optics makes.
        double cover = Math.max(0, Math.min(1, radius + 0.5 - nearest));
        int at = 3 * (y * width + x);
        rgb[at] = (byte) (8 * cover);
        rgb[at + 1] = (byte) (70 * cover);
        rgb[at + 2] = (byte) (40 * cover);
      }
    }
    return TestPixels.density(rgb, width, height);
  }
}
