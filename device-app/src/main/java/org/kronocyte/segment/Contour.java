package org.kronocyte.segment;

import java.util.Arrays;

/**
 * The outer edge of the largest piece of a shape: a closed chain of 8-connected steps through the
 * centres of its border pixels, clockwise as the picture is seen [1]. Thin parts are walked along
 * both ways.
 *
 * <p>It finds the pixels that OpenCV finds. A cell is a few dozen pixels wide, which makes this
 * quicker, and it leaves nothing behind: every image of OpenCV's is an object to be finalised.
 *
 * <p>[1] Freeman, On the encoding of arbitrary geometric configurations, IRE Trans. Electronic
 * Computers 10, 1961.
 */
final class Contour {
  /** Eight neighbours clockwise from the right. */
  private static final int[] STEP_X = {1, 1, 0, -1, -1, -1, 0, 1};

  private static final int[] STEP_Y = {0, 1, 1, 1, 0, -1, -1, -1};
  private static final int DIRECTIONS = 8;
  private static final byte WALKED = 2;

  private final int stride;
  private final int[] offsets = new int[DIRECTIONS];

  /** 0 outside, 1 inside, {@link #WALKED} on an edge; a border of one pixel is outside. */
  private final byte[] pixels;

  private int[] chain = new int[256];
  private int length;

  private Contour(byte[] inside, int width, int height) {
    this.stride = width + 2;
    this.pixels = new byte[stride * (height + 2)];
    for (int y = 0; y < height; y++) {
      int from = y * width;
      int to = (y + 1) * stride + 1;
      for (int x = 0; x < width; x++) {
        // 1 or 2 inside becomes 1.
        pixels[to + x] = (byte) ((inside[from + x] + 1) >> 1);
      }
    }
    Arrays.setAll(offsets, d -> STEP_Y[d] * stride + STEP_X[d]);
  }

  /**
   * Follows the edges of all pieces.
   *
   * @param inside {@code [height,width]}, 1 or 2 inside, else 0
   * @return x and y in turn of each point of the longest one; empty if nothing is inside
   */
  static int[] longest(byte[] inside, int width, int height) {
    Contour contour = new Contour(inside, width, height);
    int[] longest = {};
    for (int at = contour.stride; at < contour.pixels.length - contour.stride; at++) {
      if (contour.pixels[at] == 1 && contour.pixels[at - 1] == 0 && contour.begins(at)) {
        contour.walk(at);
        if (contour.length > longest.length && contour.outer()) {
          longest = Arrays.copyOf(contour.chain, contour.length);
        }
      }
    }
    return longest;
  }

  /** Whether nothing above is inside: every piece has such a pixel, and some have more. */
  private boolean begins(int at) {
    int above = at - stride;
    return pixels[above - 1] == 0 && pixels[above] == 0 && pixels[above + 1] == 0;
  }

  /** Keeps what is outside on the left hand. */
  private void walk(int start) {
    length = 0;
    int at = start;
    int x = start % stride - 1;
    int y = start / stride - 1;
    int first = next(start, 0);
    int direction = first;
    do {
      add(x, y);
      pixels[at] = WALKED;
      if (direction < 0) {
        return; // A single pixel.
      }
      at += offsets[direction];
      x += STEP_X[direction];
      y += STEP_Y[direction];
      // Begin to look where the last look ended: the pixel there was outside.
      direction = next(at, direction + 6);
    } while (at != start || direction != first);
  }

  /** Direction of the first neighbour inside, clockwise from one; -1 if there is none. */
  private int next(int at, int from) {
    for (int turn = 0; turn < DIRECTIONS; turn++) {
      int direction = (from + turn) & (DIRECTIONS - 1);
      if (pixels[at + offsets[direction]] != 0) {
        return direction;
      }
    }
    return -1;
  }

  private void add(int x, int y) {
    if (length == chain.length) {
      chain = Arrays.copyOf(chain, 2 * length);
    }
    chain[length++] = x;
    chain[length++] = y;
  }

  /** Whether it was walked clockwise; the edge of a hole is walked the other way. */
  private boolean outer() {
    long twice = 0;
    for (int i = 0; i < length; i += 2) {
      int next = i + 2 < length ? i + 2 : 0;
      twice += (long) chain[i] * chain[next + 1] - (long) chain[next] * chain[i + 1];
    }
    return twice >= 0;
  }
}
