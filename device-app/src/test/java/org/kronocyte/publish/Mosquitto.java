package org.kronocyte.publish;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A real mosquitto on a port of its own, with a real subscriber. */
public final class Mosquitto {
  private static final Logger log = LoggerFactory.getLogger(Mosquitto.class);

  private final Path folder;
  private final int port;
  private final List<Process> processes = new ArrayList<>();
  private Process broker;

  private Mosquitto(Path folder, int port) {
    this.folder = folder;
    this.port = port;
  }

  /** Starts one, or skips the test if there is no mosquitto on this machine. */
  public static Mosquitto startOrSkip(Path folder, String... moreConfiguration) throws Exception {
    boolean present = program("mosquitto").isPresent() && program("mosquitto_sub").isPresent();
    if (!present) {
      log.warn("SKIPPED: no mosquitto and mosquitto_sub here; apt-get install them to run this");
    }
    assumeTrue(present, "mosquitto and mosquitto_sub are not installed");
    Mosquitto mosquitto = new Mosquitto(folder, freePort());
    Files.writeString(
        folder.resolve("mosquitto.conf"),
        String.join(
            "\n",
            "listener " + mosquitto.port + " 127.0.0.1",
            "persistence true",
            "persistence_location " + folder + "/",
            "user root",
            String.join("\n", moreConfiguration),
            ""));
    mosquitto.start();
    return mosquitto;
  }

  public void start() throws Exception {
    broker = launch("broker.log", "mosquitto", "-c", folder.resolve("mosquitto.conf").toString());
    Await.until("mosquitto listens", this::listens);
  }

  /** Ends the broker; subscribers' sessions are stored for the next {@link #start()}. */
  public void halt() throws InterruptedException {
    broker.destroy();
    if (!broker.waitFor(10, TimeUnit.SECONDS)) {
      kill(); // It was asked before it could listen.
    }
  }

  /** Ends the broker at once, as the power going does; what it hadn't written is gone. */
  public void kill() throws InterruptedException {
    broker.destroyForcibly().waitFor();
  }

  /** Stops the broker in mid-air without closing anything: a half-open link. */
  public void freeze() throws Exception {
    signal("-STOP");
  }

  public void thaw() throws Exception {
    signal("-CONT");
  }

  private void signal(String which) throws Exception {
    new ProcessBuilder("kill", which, Long.toString(broker.pid())).start().waitFor();
  }

  public int port() {
    return port;
  }

  public String uri() {
    return "tcp://127.0.0.1:" + port;
  }

  /** Publishes by a client of its own, e.g. {@code -t TOPIC -m TEXT -r}. */
  public void publish(String... arguments) throws Exception {
    List<String> all =
        new ArrayList<>(List.of("-h", "127.0.0.1", "-p", Integer.toString(port), "-q", "1"));
    all.addAll(List.of(arguments));
    launch("published", "mosquitto_pub", all.toArray(String[]::new)).waitFor();
  }

  /**
   * Subscribes to everything below the root, in a session that outlives the broker.
   *
   * @return file that gets a line {@code <retained 0 or 1> <topic> <payload>} for each message
   */
  public Path subscribe(String name) throws IOException {
    launch(
        name,
        "mosquitto_sub",
        "-h",
        "127.0.0.1",
        "-p",
        Integer.toString(port),
        "-q",
        "1",
        "-c",
        "-i",
        name,
        "-F",
        "%r %t %p",
        "-t",
        DeviceAddress.ROOT + "/#");
    return folder.resolve(name);
  }

  /** The same by MQTT 5 from now on, with lines in the format of {@code mosquitto_sub -F}. */
  public Path subscribe5(String name, String format) throws Exception {
    launch(
        name,
        "mosquitto_sub",
        "-V",
        "5",
        "-h",
        "127.0.0.1",
        "-p",
        Integer.toString(port),
        "-q",
        "1",
        "-F",
        format,
        "-t",
        "#");
    // There is no sign of a subscription but what comes by it.
    Thread.sleep(300);
    return folder.resolve(name);
  }

  public void stop() throws InterruptedException {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
  }

  private Process launch(String logName, String program, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(program(program).orElseThrow().toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(logName).toFile())
            .start();
    processes.add(process);
    return process;
  }

  private boolean listens() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static Optional<Path> program(String name) {
    // Debian keeps daemons in sbin, which is not on everybody's path.
    Stream<String> folders =
        Stream.concat(
            Stream.of(System.getenv("PATH").split(File.pathSeparator, -1)),
            Stream.of("/usr/sbin", "/usr/local/sbin"));
    return folders.map(f -> Path.of(f, name)).filter(Files::isExecutable).findFirst();
  }
}
