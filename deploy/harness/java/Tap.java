import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A proxy between a device and its broker: can be shut, delays, and counts the bytes. */
final class Tap implements Closeable {
  private static final int CHUNK = 1460;

  private final ServerSocket door;
  private final int brokerPort;
  private final Duration oneWay;
  private final AtomicLong up = new AtomicLong();
  private final AtomicLong down = new AtomicLong();
  private final AtomicLong connections = new AtomicLong();
  private volatile boolean open = true;

  /**
   * @param address to listen on
   * @param oneWay delay in either direction
   */
  Tap(InetAddress address, int brokerPort, Duration oneWay) throws IOException {
    this.brokerPort = brokerPort;
    this.oneWay = oneWay;
    this.door = new ServerSocket(0, 50, address);
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

  long bytesDown() {
    return down.get();
  }

  long connections() {
    return connections.get();
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "tap");
    thread.setDaemon(true);
    thread.start();
  }

  private void admit() {
    try {
      while (!door.isClosed()) {
        Socket device = door.accept();
        if (!open) {
          device.close();
          continue;
        }
        try {
          Socket broker = new Socket(InetAddress.getLoopbackAddress(), brokerPort);
          device.setTcpNoDelay(true);
          broker.setTcpNoDelay(true);
          connections.incrementAndGet();
          carry(device, broker, up);
          carry(broker, device, down);
        } catch (IOException e) {
          device.close();
        }
      }
    } catch (IOException e) {
      open = false; // Closed.
    }
  }

  private void carry(Socket from, Socket to, AtomicLong count) {
    DelayLine line = new DelayLine(to);
    start(line);
    start(
        () -> {
          byte[] chunk = new byte[CHUNK];
          try {
            InputStream in = from.getInputStream();
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
              count.addAndGet(n);
              line.put(chunk.clone(), n, System.nanoTime() + oneWay.toNanos());
            }
          } catch (IOException e) {
            line.end(System.nanoTime()); // Broken off: nothing more comes, nothing need wait.
          }
          line.end(System.nanoTime() + oneWay.toNanos());
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
    private record Chunk(byte[] bytes, int length, long due) {}

    private final BlockingQueue<Chunk> underWay = new LinkedBlockingQueue<>();
    private final Socket to;

    DelayLine(Socket to) {
      this.to = to;
    }

    void put(byte[] bytes, int length, long due) {
      underWay.add(new Chunk(bytes, length, due));
    }

    void end(long due) {
      underWay.add(new Chunk(new byte[0], -1, due));
    }

    @Override
    public void run() {
      try (Socket socket = to) {
        OutputStream out = socket.getOutputStream();
        Chunk next = underWay.take();
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
