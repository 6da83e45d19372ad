import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.kronocyte.camera.virtual.SmearRecipe;
import org.kronocyte.camera.virtual.VirtualField;
import org.kronocyte.camera.virtual.VirtualSmear;
import org.kronocyte.image.Natives;
import org.kronocyte.image.PixelArena;
import org.kronocyte.problem.ProblemException;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.imgcodecs.Imgcodecs;

/** A recording of drawn fields as a camera would write it: one JPEG after another. */
final class RecordedFields {
  private RecordedFields() {}

  /** Writes so many frames, of which so many differ, in turn. */
  static void write(Path file, long seed, int width, int height, int distinct, long frames)
      throws IOException, ProblemException {
    Natives.load();
    VirtualSmear smear = new VirtualSmear(seed, SmearRecipe.blood().withSize(width, height));
    List<byte[]> jpegs = new ArrayList<>();
    for (int i = 0; i < distinct; i++) {
      jpegs.add(jpeg(smear.field(i)));
    }
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
      for (long i = 0; i < frames; i++) {
        out.write(jpegs.get((int) (i % distinct)));
      }
    }
  }

  private static byte[] jpeg(VirtualField field) throws IOException {
    MatOfByte encoded = new MatOfByte();
    try (PixelArena arena = new PixelArena()) {
      Mat image = arena.mat(field.height(), field.width(), CvType.CV_8UC3);
      image.put(0, 0, field.bgr());
      if (!Imgcodecs.imencode(".jpg", image, encoded)) {
        throw new IOException("a field can't be encoded");
      }
      return encoded.toArray();
    } finally {
      encoded.release();
    }
  }
}
