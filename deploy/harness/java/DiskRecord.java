import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What powercut.c wrote down. */
final class DiskRecord {
  /**
   * One call.
   *
   * @param op as in powercut.c
   * @param file name within the folder; empty for the folder itself and for notes
   */
  record Op(char op, String file, long offset, byte[] data) {
    String note() {
      return new String(data, StandardCharsets.UTF_8);
    }
  }

  private DiskRecord() {}

  static List<Op> read(Path record, Path folder) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(record)).order(ByteOrder.nativeOrder());
    List<Op> ops = new ArrayList<>();
    while (in.hasRemaining()) {
      char op = (char) in.get();
      String path = text(in, in.getInt());
      long offset = in.getLong();
      byte[] data = new byte[in.getInt()];
      in.get(data);
      ops.add(new Op(op, name(path, folder), offset, data));
    }
    return ops;
  }

  private static String text(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static String name(String path, Path folder) {
    return path.isEmpty() || path.equals(folder.toString())
        ? ""
        : folder.relativize(Path.of(path)).toString();
  }
}
