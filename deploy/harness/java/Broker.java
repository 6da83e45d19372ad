import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** A real mosquitto that can be killed, frozen and started with other settings. */
final class Broker implements Closeable {
  /** Below those that Linux gives to whoever doesn't ask for a certain one. */
  private static final int FIRST_PORT = 16_384;

  private static final int PORTS = 16_384;
  private static final Set<Integer> TAKEN = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final int port;
  private volatile Process process;

  Broker(Path folder) throws IOException {
    this.folder = folder;
    this.port = freePort();
    // The harness ends by exit, and may be interrupted.
    Runtime.getRuntime().addShutdownHook(new Thread(this::close, "broker's end"));
  }

  /**
   * A port for what will listen later, never the same twice. One that the system chose could until
   * then be given to a {@link Tap} or a connection, too.
   */
  static int freePort() throws IOException {
    for (int attempt = 0; attempt < 100; attempt++) {
      int chosen = FIRST_PORT + ThreadLocalRandom.current().nextInt(PORTS);
      if (!TAKEN.add(chosen)) {
        continue;
      }
      try (ServerSocket socket = new ServerSocket(chosen, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException e) {
        continue; // Somebody else's.
      }
    }
    throw new IOException(
        "no free port found from " + FIRST_PORT + " to " + (FIRST_PORT + PORTS - 1));
  }

  int port() {
    return port;
  }

  /** Starts it and waits until somebody listens at its port and it is still there. */
  void start(List<String> settings) throws IOException, InterruptedException {
    Path file = folder.resolve("mosquitto.conf");
    Files.writeString(
        file,
        String.join(
            "\n",
            "listener " + port + " 127.0.0.1",
            "persistence false",
            "user root",
            "max_queued_messages 0",
            "max_inflight_messages 0",
            "allow_anonymous true",
            String.join("\n", settings),
            ""));
    process =
        new ProcessBuilder(program().toString(), "-c", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("broker.log").toFile()))
            .start();
    long by = System.nanoTime() + 10_000_000_000L;
    while (!listens()) {
      if (!process.isAlive() || System.nanoTime() > by) {
        throw new IOException("mosquitto doesn't start:\n" + said());
      }
      Thread.sleep(10);
    }
    if (!process.isAlive()) {
      throw new IOException("mosquitto has ended, and port " + port + " is another's:\n" + said());
    }
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  void terminate() throws InterruptedException {
    process.destroy();
    process.waitFor();
  }

  void freeze() throws IOException, InterruptedException {
    signal("-STOP");
  }

  void thaw() throws IOException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String which) throws IOException, InterruptedException {
    new ProcessBuilder("kill", which, Long.toString(process.pid())).start().waitFor();
  }

  private boolean listens() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** What it has written since the first start. */
  String said() throws IOException {
    return Files.readString(folder.resolve("broker.log"));
  }

  private static Path program() throws IOException {
    return Stream.concat(
            Stream.of(System.getenv("PATH").split(File.pathSeparator, -1)),
            Stream.of("/usr/sbin", "/usr/local/sbin"))
        .map(f -> Path.of(f, "mosquitto"))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new IOException("no mosquitto"));
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly();
    }
  }
}
