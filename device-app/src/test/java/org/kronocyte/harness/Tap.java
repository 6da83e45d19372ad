package org.kronocyte.harness;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A stretch of bad network between a device and its broker: can be shut, and delays, narrows and
 * loses. What TCP makes of a lost segment is imitated: nothing is missing, but all behind it waits
 * for a round trip and a retransmission timer.
 */
final class Tap implements Closeable {
  private static final int SEGMENT = 1460;

  /**
   * How bad it is.
   *
   * @param oneWay delay in either direction
   * @param bytesPerSecond in either direction
   * @param loss share of segments
   */
  record Quality(Duration oneWay, long bytesPerSecond, double loss) {
    static final Quality PERFECT = new Quality(Duration.ZERO, Long.MAX_VALUE, 0);
  }

  private final ServerSocket door;
  private final int brokerPort;
  private final Quality quality;
  private final long seed;
  private final AtomicLong up = new AtomicLong();
  private final AtomicLong down = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private volatile boolean open = true;

  Tap(int brokerPort, Quality quality, long seed) throws IOException {
    this.brokerPort = brokerPort;
    this.quality = quality;
    this.seed = seed;
    this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::admit);
  }

  int port() {
    return door.getLocalPort();
  }

  /** From now on connections are let through. */
  void open() {
    open = true;
  }

  /** From now on connections are cut at once; those there are go on. */
  void shut() {
    open = false;
  }

  long bytesUp() {
    return up.get();
  }

  long segmentsLost() {
    return lost.get();
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "tap");
    thread.setDaemon(true);
    thread.start();
  }

  private void admit() {
    try {
      for (long number = 0; !door.isClosed(); number++) {
        Socket device = door.accept();
        if (!open) {
          device.close();
          continue;
        }
        try {
          Socket broker = new Socket(InetAddress.getLoopbackAddress(), brokerPort);
          device.setTcpNoDelay(true);
          broker.setTcpNoDelay(true);
          carry(device, broker, up, new Random(seed + 2 * number));
          carry(broker, device, down, new Random(seed + 2 * number + 1));
        } catch (IOException e) {
          device.close();
        }
      }
    } catch (IOException e) {
      open = false; // Closed.
    }
  }

  private void carry(Socket from, Socket to, AtomicLong count, Random random) {
    DelayLine line = new DelayLine(to);
    start(line);
    start(
        () -> {
          byte[] segment = new byte[SEGMENT];
          long freeAt = System.nanoTime();
          try {
            InputStream in = from.getInputStream();
            for (int n = in.read(segment); n >= 0; n = in.read(segment)) {
              count.addAndGet(n);
              freeAt = Math.max(freeAt, System.nanoTime());
              if (quality.bytesPerSecond() != Long.MAX_VALUE) {
                freeAt += n * 1_000_000_000L / quality.bytesPerSecond();
              }
              if (random.nextDouble() < quality.loss()) {
                lost.incrementAndGet();
                freeAt += 3 * quality.oneWay().toNanos();
              }
              line.put(segment.clone(), n, freeAt + quality.oneWay().toNanos());
              pauseUntil(freeAt);
            }
            line.end(freeAt + quality.oneWay().toNanos());
          } catch (IOException e) {
            line.end(System.nanoTime());
          }
        });
  }

  static void pauseUntil(long nanoTime) {
    long left = nanoTime - System.nanoTime();
    while (left > 0) {
      LockSupport.parkNanos(left);
      left = nanoTime - System.nanoTime();
    }
  }

  @Override
  public void close() throws IOException {
    open = false;
    door.close();
  }

  /** Bytes under way. */
  private static final class DelayLine implements Runnable {
    private record Segment(byte[] bytes, int length, long due) {}

    private final BlockingQueue<Segment> underWay = new LinkedBlockingQueue<>();
    private final Socket to;

    DelayLine(Socket to) {
      this.to = to;
    }

    void put(byte[] bytes, int length, long due) {
      underWay.add(new Segment(bytes, length, due));
    }

    void end(long due) {
      underWay.add(new Segment(new byte[0], -1, due));
    }

    @Override
    public void run() {
      try (Socket socket = to) {
        OutputStream out = socket.getOutputStream();
        Segment next = underWay.take();
        while (next.length() >= 0) {
          pauseUntil(next.due());
          out.write(next.bytes(), 0, next.length());
          next = underWay.take();
        }
        pauseUntil(next.due());
      } catch (IOException e) {
        underWay.clear(); // The other end is gone; the reader of this direction ends by itself.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
