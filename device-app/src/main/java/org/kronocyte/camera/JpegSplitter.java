package org.kronocyte.camera;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Cuts a stream into the JPEG images in it, by their segments and scans (ITU-T T.81, annex B). What
 * lies between images is passed over; thumbnails within segments are part of their image. An image
 * that lacks its end stops where the next one starts, so that one bad frame costs no other. One
 * thread; the stream stays the caller's.
 */
final class JpegSplitter {
  private static final int MARKER = 0xFF;
  private static final int START = 0xD8;
  private static final int END = 0xD9;
  private static final int TEMPORARY = 0x01;
  private static final int NONE = -1;

  private final InputStream in;
  private final int maxBytes;
  private final ByteArrayOutputStream image = new ByteArrayOutputStream(1 << 16);

  /** The start marker of the next image was read with the image before it. */
  private boolean started;

  /** An image is larger than it may be. */
  static final class TooLargeException extends IOException {
    private static final long serialVersionUID = 1;

    TooLargeException(int maxBytes) {
      super("more than " + maxBytes + " bytes");
    }
  }

  /**
   * Splits a stream.
   *
   * @param maxBytes of an image
   */
  JpegSplitter(InputStream in, int maxBytes) {
    this.in = new BufferedInputStream(in, 1 << 16);
    this.maxBytes = maxBytes;
  }

  /**
   * The next image, whole or not; empty at the stream's end.
   *
   * @throws TooLargeException the next call goes on behind what was read of it
   */
  byte[] next() throws IOException {
    if (!started && !skipPastStart()) {
      return new byte[0];
    }
    started = false;
    image.reset();
    image.write(MARKER);
    image.write(START);
    int marker = nextMarker();
    while (marker != NONE && marker != START && marker != END) {
      if (marker != TEMPORARY) {
        copySegment();
      }
      marker = nextMarker();
    }
    started = marker == START;
    return image.toByteArray();
  }

  private boolean skipPastStart() throws IOException {
    int previous = NONE;
    int value;
    while ((value = in.read()) >= 0) {
      if (previous == MARKER && value == START) {
        return true;
      }
      previous = value;
    }
    return false;
  }

  /**
   * Copies up to the next marker but restarts, which ends a segment, a scan's entropy-coded data,
   * or what damage has left of them. A start marker isn't copied: it is another image's.
   */
  private int nextMarker() throws IOException {
    int previous = NONE;
    int value;
    while ((value = in.read()) >= 0) {
      boolean marker = previous == MARKER && value != 0 && value != MARKER && !isRestart(value);
      if (marker && value == START) {
        return START;
      }
      write(value);
      if (marker) {
        return value;
      }
      previous = value;
    }
    return NONE;
  }

  /** Two bytes of length, themselves counted, and what they announce. */
  private void copySegment() throws IOException {
    int high = copy();
    int low = copy();
    for (int left = (high << 8 | low) - 2; low != NONE && left > 0; left--) {
      if (copy() == NONE) {
        return;
      }
    }
  }

  private int copy() throws IOException {
    int value = in.read();
    if (value >= 0) {
      write(value);
    }
    return value;
  }

  private void write(int value) throws TooLargeException {
    image.write(value);
    if (image.size() > maxBytes) {
      throw new TooLargeException(maxBytes);
    }
  }

  private static boolean isRestart(int marker) {
    return marker >= 0xD0 && marker <= 0xD7;
  }
}
