package org.kronocyte.camera.virtual;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.DataBufferUShort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/**
 * Writes virtual fields with their truth for training and for looking at: {@code FOLDER SEED COUNT
 * blood|marrow}. Each field gives {@code <n>.png}, {@code <n>.mask.png} (0, 1, 2), {@code
 * <n>.instances.png} (16-bit) and {@code <n>.json}.
 */
final class VirtualSmearExport {
  private VirtualSmearExport() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    long seed = Long.parseLong(arguments[1]);
    int count = Integer.parseInt(arguments[2]);
    SmearRecipe recipe =
        arguments[3].equals("blood") ? SmearRecipe.blood() : SmearRecipe.leukaemicMarrow();
    write(folder, new VirtualSmear(seed, recipe), count);
  }

  /** Half of the fields are in focus, the others up to 1.5 um off. */
  static void write(Path folder, VirtualSmear smear, int count) throws IOException {
    SplittableRandom focus = new SplittableRandom(smear.seed());
    for (int n = 0; n < count; n++) {
      double defocusUm = n % 2 == 0 ? 0 : 1.5 * focus.nextDouble();
      VirtualField field = smear.field(n, new View(defocusUm, 0, 0, n));
      String stem = String.format(Locale.ROOT, "%d-%05d", smear.seed(), n);
      save(colour(field), folder.resolve(stem + ".png"));
      save(grey(field), folder.resolve(stem + ".mask.png"));
      save(grey16(field), folder.resolve(stem + ".instances.png"));
      new ObjectMapper()
          .writeValue(
              folder.resolve(stem + ".json").toFile(),
              Map.of(
                  "simulated",
                  true,
                  "umPerPx",
                  field.umPerPx(),
                  "defocusUm",
                  defocusUm,
                  "cells",
                  field.cells()));
    }
  }

  private static BufferedImage colour(VirtualField field) {
    var image = new BufferedImage(field.width(), field.height(), BufferedImage.TYPE_3BYTE_BGR);
    byte[] data = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    System.arraycopy(field.bgr(), 0, data, 0, data.length);
    return image;
  }

  private static BufferedImage grey(VirtualField field) {
    var image = new BufferedImage(field.width(), field.height(), BufferedImage.TYPE_BYTE_GRAY);
    byte[] data = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    System.arraycopy(field.mask(), 0, data, 0, data.length);
    return image;
  }

  private static BufferedImage grey16(VirtualField field) {
    var image = new BufferedImage(field.width(), field.height(), BufferedImage.TYPE_USHORT_GRAY);
    short[] data = ((DataBufferUShort) image.getRaster().getDataBuffer()).getData();
    System.arraycopy(field.instances(), 0, data, 0, data.length);
    return image;
  }

  private static void save(BufferedImage image, Path file) throws IOException {
    ImageIO.write(image, "png", file.toFile());
  }
}
