package org.kronocyte.publish.mqtt;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * What comes from the broker, with an end that never comes in the first moments of a connection.
 *
 * <p>Paho starts its threads one after the other, and looks ten times a second whether the last one
 * runs. One that has ended again in between is waited for without end, by a thread that stays: a
 * broker or a proxy that accepts connections only to drop them would cost a thread each time. So
 * such an end is told when all of them run.
 */
final class SteadyInput extends FilterInputStream {
  /** Three threads, each looked for after a tenth of a second, on a busy machine. */
  static final Duration SETTLED = Duration.ofSeconds(1);

  private final long settledAt = System.nanoTime() + SETTLED.toNanos();

  SteadyInput(InputStream in) {
    super(in);
  }

  @Override
  public int read() throws IOException {
    try {
      return settled(super.read());
    } catch (SocketTimeoutException e) {
      throw e; // Nothing came, which is no end.
    } catch (IOException e) {
      settle();
      throw e;
    }
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    try {
      return settled(super.read(into, offset, length));
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      settle();
      throw e;
    }
  }

  private int settled(int read) {
    if (read < 0) {
      settle();
    }
    return read;
  }

  private void settle() {
    long left = settledAt - System.nanoTime();
    if (left > 0) {
      try {
        Thread.sleep(left / 1_000_000 + 1);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
