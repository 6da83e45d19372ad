package org.kronocyte.model;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Drawn cells with the answers that a board must reproduce before it may use a pack. The pack
 * carries only the answers; {@code models-quantized/PACK.md} has the drawing's rule.
 *
 * @param drawing number of the rule; this program knows {@value #DRAWING}
 * @param sidePx of the square images
 * @param images how many
 * @param step every so many bytes of an image's outputs are kept, the first one included
 * @param tolerance largest difference of a byte that is still the same answer
 * @param int8 answers of the int8 forms, in base64 in the manifest
 * @param real answers of the float forms
 */
public record GoldenCells(
    int drawing,
    @JsonProperty("side_px") int sidePx,
    int images,
    int step,
    int tolerance,
    byte[] int8,
    @JsonProperty("float") byte[] real) {
  /** The rule this program draws by. */
  static final int DRAWING = 1;

  private static final int[][] COLOURS = {{4, 6, 2}, {24, 64, 36}, {44, 62, 30}, {112, 150, 66}};
  private static final int[] GRANULE = {10, 45, 30};
  private static final int RED_CELL = 1;
  private static final int CYTOPLASM = 2;
  private static final int NUCLEUS = 3;
  private static final int RED_CELL_RADIUS = 14;
  private static final int[][] LOBES = {{-1, -1}, {1, 0}, {-1, 1}};

  public GoldenCells {
    if (drawing != DRAWING) {
      throw new IllegalArgumentException("golden cells are drawn by the unknown rule " + drawing);
    }
    boolean bounded =
        sidePx >= 16
            && sidePx <= 512
            && images >= 1
            && images <= 64
            && step >= 1
            && tolerance >= 0
            && tolerance <= 8;
    if (!bounded || int8 == null || real == null || int8.length == 0) {
      throw new IllegalArgumentException("golden cells lack a field or are out of bounds");
    }
  }

  /** What a form must answer. */
  public byte[] answers(Form form) {
    return form.int8() ? int8 : real;
  }

  /**
   * Draws a cell in integers.
   *
   * @param cell from 0
   * @return optical density, RGB, {@code [side,side,3]}
   */
  public static byte[] draw(int cell, int side) {
    byte[] od = new byte[side * side * 3];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        int hash = hash(cell, x, y);
        int kind = kind(cell, x - side / 2, y - side / 2, side / 2);
        int grain = Math.floorDiv(((hash >>> 28) - 8) * (kind == NUCLEUS ? 2 : 1), 2);
        int shade = kind >= CYTOPLASM ? 5 * (cell / 4) : 0;
        boolean granule = kind == CYTOPLASM && ((hash >>> 8) & 7) < cell % 5;
        for (int c = 0; c < 3; c++) {
          int value = COLOURS[kind][c] + shade + grain + (granule ? GRANULE[c] : 0);
          od[(y * side + x) * 3 + c] = (byte) Math.max(0, Math.min(255, value));
        }
      }
    }
    return od;
  }

  private static int kind(int cell, int dx, int dy, int half) {
    int radius = 18 + 3 * (cell % 4);
    int lobes = 1 + cell % 3;
    int reach = lobes == 1 ? 0 : radius / 3;
    for (int i = 0; i < lobes; i++) {
      if (inDisc(dx - reach * LOBES[i][0], dy - reach * LOBES[i][1], radius * (7 - lobes) / 8)) {
        return NUCLEUS;
      }
    }
    return inDisc(dx, dy, radius)
        ? CYTOPLASM
        : inDisc(dx - half, dy + half, RED_CELL_RADIUS) ? RED_CELL : 0;
  }

  private static boolean inDisc(int dx, int dy, int radius) {
    return dx * dx + dy * dy <= radius * radius;
  }

  private static int hash(int cell, int x, int y) {
    int v = x * 0x9E3779B1 + y * 0x85EBCA77 + cell * 0xC2B2AE3D;
    v = (v ^ (v >>> 15)) * 0x2C1B3C6D;
    v = (v ^ (v >>> 12)) * 0x297A2D39;
    return v ^ (v >>> 15);
  }
}
