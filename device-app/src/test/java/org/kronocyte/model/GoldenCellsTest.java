package org.kronocyte.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class GoldenCellsTest {
  /** The training recipe draws the same; its test holds the same digest. */
  @Test
  void drawingsArePinned() throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (int side : new int[] {96, 64}) {
      for (int cell = 0; cell < 8; cell++) {
        digest.update(GoldenCells.draw(cell, side));
      }
    }
    assertEquals(
        "981725b04e085958cddd52f264cb3dcac440526b759bef1144006d9fab192ae6",
        HexFormat.of().formatHex(digest.digest()));
  }

  @Test
  void anUnknownDrawingIsRefused() {
    byte[] answers = {1};
    assertEquals(1, new GoldenCells(1, 96, 1, 1, 3, answers, answers).drawing());
    refused(2, 96, 1, 3, answers);
    refused(1, 1024, 1, 3, answers);
    refused(1, 96, 0, 3, answers);
    refused(1, 96, 1, 100, answers);
    refused(1, 96, 1, 3, null);
    refused(1, 96, 1, 3, new byte[0]);
  }

  private static void refused(int drawing, int side, int images, int tolerance, byte[] answers) {
    assertThrows(
        IllegalArgumentException.class,
        () -> new GoldenCells(drawing, side, images, 1, tolerance, answers, answers));
  }
}
