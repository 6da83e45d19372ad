package org.kronocyte.cli;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;
import org.kronocyte.camera.virtual.SmearRecipe;
import org.kronocyte.camera.virtual.VirtualField;
import org.kronocyte.camera.virtual.VirtualSmear;

/** Small image files to feed to commands: drawn fields, and everything that can be wrong. */
final class Pictures {
  static final int WIDTH = 320;
  static final int HEIGHT = 240;
  static final double UM_PER_PX = 0.1;

  private static final VirtualSmear SMEAR =
      new VirtualSmear(
          7, new SmearRecipe(SmearRecipe.blood().mix(), 3, 6, 1, UM_PER_PX, WIDTH, HEIGHT));

  private Pictures() {}

  /** A drawn blood field; the folders above it are made. */
  static Path field(Path file, long index) throws IOException {
    return write(file, drawn(index));
  }

  static Path grey(Path file) throws IOException {
    return converted(file, BufferedImage.TYPE_BYTE_GRAY);
  }

  static Path grey16(Path file) throws IOException {
    return converted(file, BufferedImage.TYPE_USHORT_GRAY);
  }

  static Path truncatedJpeg(Path file) throws IOException {
    field(file, 1);
    byte[] whole = Files.readAllBytes(file);
    return Files.write(file, Arrays.copyOf(whole, whole.length / 2));
  }

  /** A valid PNG of 1 bit a pixel: a few kB in a file, 1.2 GB as colour pixels. */
  static Path bomb(Path file, int side) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    DataOutputStream fields = new DataOutputStream(header);
    fields.writeInt(side);
    fields.writeInt(side);
    fields.write(new byte[] {1, 0, 0, 0, 0});
    chunk(out, "IHDR", header.toByteArray());
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (DeflaterOutputStream pixels = new DeflaterOutputStream(packed)) {
      byte[] row = new byte[1 + (side + 7) / 8];
      for (int y = 0; y < side; y++) {
        pixels.write(row);
      }
    }
    chunk(out, "IDAT", packed.toByteArray());
    chunk(out, "IEND", new byte[0]);
    return Files.write(file, out.toByteArray());
  }

  private static void chunk(ByteArrayOutputStream out, String type, byte[] data)
      throws IOException {
    DataOutputStream to = new DataOutputStream(out);
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 check = new CRC32();
    check.update(name);
    check.update(data);
    to.writeInt(data.length);
    to.write(name);
    to.write(data);
    to.writeInt((int) check.getValue());
  }

  private static Path converted(Path file, int type) throws IOException {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, type);
    image.getGraphics().drawImage(drawn(1), 0, 0, null);
    return write(file, image);
  }

  private static BufferedImage drawn(long index) {
    VirtualField field = SMEAR.field(index);
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_3BYTE_BGR);
    byte[] pixels = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    System.arraycopy(field.bgr(), 0, pixels, 0, pixels.length);
    return image;
  }

  private static Path write(Path file, BufferedImage image) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    String name = file.getFileName().toString();
    String format = name.substring(name.lastIndexOf('.') + 1);
    if (!ImageIO.write(image, format, file.toFile())) {
      throw new IOException("no writer for " + file);
    }
    return file;
  }
}
