package org.kronocyte.camera;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.opencv.core.CvType;
import org.opencv.core.Mat;

/**
 * A capture device that follows a script of words: {@code open}, {@code missing} answer {@link
 * #open}; {@code frame}, {@code end}, {@code grey}, {@code small} answer {@link #read}. After the
 * script: opens and gives frames for ever.
 */
class ScriptedCapture implements Capture {
  private final Deque<String> script;
  private int reads;
  int releases;

  ScriptedCapture(String words) {
    script = new ArrayDeque<>(words.isBlank() ? List.of() : List.of(words.split(" ")));
  }

  @Override
  public boolean open() {
    String word = script.isEmpty() ? "open" : script.pop();
    return switch (word) {
      case "open" -> true;
      case "missing" -> false;
      default -> throw new AssertionError("open() came when the script said " + word);
    };
  }

  @Override
  public boolean read(Mat into) {
    String word = script.isEmpty() ? "frame" : script.pop();
    switch (word) {
      case "frame" -> fill(into, 24, CvType.CV_8UC3);
      case "small" -> fill(into, 12, CvType.CV_8UC3);
      case "grey" -> fill(into, 24, CvType.CV_8UC1);
      case "end" -> {
        return false;
      }
      default -> throw new AssertionError("read() came when the script said " + word);
    }
    return true;
  }

  private void fill(Mat into, int rows, int type) {
    into.create(rows, 32, type);
    byte[] pixels = new byte[rows * 32 * into.channels()];
    Arrays.fill(pixels, (byte) ++reads);
    into.put(0, 0, pixels);
  }

  @Override
  public String mode() {
    return "32x24 at 10 frames/s";
  }

  @Override
  public long frameCount() {
    return 0;
  }

  @Override
  public void release() {
    releases++;
  }
}
