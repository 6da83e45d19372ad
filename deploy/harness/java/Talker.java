import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A {@link TalkingDevice} as it is seen from outside. */
final class Talker {
  private record State(
      boolean connected, int waiting, long offered, long dropped, boolean producing) {
    static State of(String line) {
      String[] words = line.split(" ", -1);
      return new State(
          Boolean.parseBoolean(words[0]),
          Integer.parseInt(words[1]),
          Long.parseLong(words[2]),
          Long.parseLong(words[3]),
          Boolean.parseBoolean(words[4]));
    }
  }

  /** So much is young that hardly any collection closes in passing what was forgotten. */
  private static final List<String> ROOMY = List.of("env", "JAVA_TOOL_OPTIONS=-Xmn160m");

  /** The threads of a connection that has ended are gone by then. */
  private static final Duration SETTLED = Duration.ofMillis(1500);

  private final Path log;
  private final DaemonProcess process;
  private volatile State state = new State(false, 0, 0, 0, true);

  /**
   * @param log gets what it says otherwise
   */
  Talker(Path log, Path certificates, int port, long seed) throws IOException {
    this.log = log;
    this.process =
        DaemonProcess.startWithin(
            ROOMY,
            TalkingDevice.class,
            this::line,
            certificates.toString(),
            String.valueOf(port),
            String.valueOf(seed));
  }

  private void line(String line) {
    if (line.startsWith(TalkingDevice.STATE)) {
      state = State.of(line.substring(TalkingDevice.STATE.length()));
      return;
    }
    try {
      Files.writeString(log, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean connected() {
    if (!process.isAlive()) {
      throw new IllegalStateException("the device ended, see " + log);
    }
    return state.connected();
  }

  int waiting() {
    return state.waiting();
  }

  long offered() {
    return state.offered();
  }

  long dropped() {
    return state.dropped();
  }

  /** Whether it says so within a time. */
  boolean within(Duration limit, BooleanSupplier condition) throws InterruptedException {
    long by = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - by > 0) {
        return false;
      }
      Thread.sleep(2);
    }
    return true;
  }

  /** No more messages are made, and those there are delivered if that is possible in time. */
  void finish(Duration limit) throws IOException, InterruptedException {
    process.tell("enough");
    within(limit, () -> !state.producing() && state.waiting() == 0);
  }

  /** What it owns with one connection that stands. */
  Ownings owns() throws IOException, InterruptedException {
    within(Duration.ofSeconds(20), this::connected);
    Thread.sleep(SETTLED.toMillis());
    return Ownings.of(process.pid());
  }

  void end() throws InterruptedException {
    process.kill();
  }
}
