package org.kronocyte.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Scalar;

class PixelArenaTest {
  @BeforeAll
  static void load() throws Exception {
    Natives.load();
    Natives.load();
  }

  @Test
  void closingReleasesEveryImage() {
    Mat owned = new Mat(4, 4, CvType.CV_8UC1);
    List<Mat> mats;
    try (PixelArena arena = new PixelArena()) {
      Mat made = arena.mat(8, 8, CvType.CV_8UC3);
      Mat empty = arena.mat();
      made.copyTo(empty);
      mats = List.of(made, empty, arena.view(made, new Box(1, 2, 3, 4)), arena.adopt(owned));
      mats.forEach(mat -> assertFalse(mat.empty()));
    }
    mats.forEach(mat -> assertTrue(mat.empty(), mat.toString()));
  }

  @Test
  void aViewSharesPixels() {
    try (PixelArena arena = new PixelArena()) {
      Mat image = arena.mat(5, 6, CvType.CV_8UC1);
      arena.adopt(image.setTo(new Scalar(0)));
      Mat view = arena.view(image, new Box(2, 1, 3, 2));
      assertEquals(3, view.cols());
      assertEquals(2, view.rows());
      arena.adopt(view.setTo(new Scalar(7)));
      byte[] expected = new byte[30];
      for (int y = 1; y < 3; y++) {
        for (int x = 2; x < 5; x++) {
          expected[y * 6 + x] = 7;
        }
      }
      assertArrayEquals(expected, TestPixels.bytes(image));
    }
  }

  @Test
  void anImageOverForeignMemoryWritesThere() {
    ByteBuffer memory = ByteBuffer.allocateDirect(6);
    try (PixelArena arena = new PixelArena()) {
      Mat image = arena.over(memory, 2, 3, CvType.CV_8UC1);
      image.put(0, 0, new byte[] {1, 2, 3, 4, 5, 6});
    }
    byte[] seen = new byte[6];
    memory.get(seen);
    assertArrayEquals(new byte[] {1, 2, 3, 4, 5, 6}, seen);
  }

  /** 300 scopes of 4 MB each: without release that is over a gigabyte, with it nothing. */
  @Test
  void scopesLeaveNothingBehind() {
    fillScopes(10);
    long before = TestPixels.residentBytes();
    fillScopes(300);
    long grown = TestPixels.residentBytes() - before;
    assertTrue(grown < 30 << 20, "grew by " + grown);
  }

  private static void fillScopes(int count) {
    for (int i = 0; i < count; i++) {
      try (PixelArena arena = new PixelArena()) {
        Mat image = arena.mat(1024, 1024, CvType.CV_8UC1);
        arena.adopt(image.setTo(new Scalar(i)));
        Mat copy = arena.mat();
        for (int k = 0; k < 3; k++) {
          arena.view(image, new Box(0, 0, 1024 - k, 1024)).copyTo(copy);
        }
      }
    }
  }
}
