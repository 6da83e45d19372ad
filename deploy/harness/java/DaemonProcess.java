import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A daemon as a process of its own. */
final class DaemonProcess {
  private static final Set<Process> ALIVE = ConcurrentHashMap.newKeySet();

  static {
    // None outlives a harness that is interrupted.
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> ALIVE.forEach(Process::destroyForcibly), "daemons' end"));
  }

  private final Process process;
  private final Thread reader;

  private DaemonProcess(Process process, Consumer<String> log) {
    this.process = process;
    this.reader =
        new Thread(
            () -> {
              try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                  log.accept(line);
                }
              } catch (IOException e) {
                log.accept("harness: the log broke off: " + e);
              }
            },
            "log");
    reader.start();
    ALIVE.add(process);
  }

  /**
   * Starts {@code kronocyte run}.
   *
   * @param log gets each line it says
   * @param environment added to this process's own
   */
  static DaemonProcess start(
      Path home, Path config, Map<String, String> environment, Consumer<String> log)
      throws IOException {
    return start(home, "", config, environment, log);
  }

  /**
   * The same with other classes in place of some of its own.
   *
   * @param before a class path with a colon at its end, or nothing
   */
  static DaemonProcess start(
      Path home, String before, Path config, Map<String, String> environment, Consumer<String> log)
      throws IOException {
    return start(
        environment,
        log,
        "-Dkronocyte.home=" + home,
        "-cp",
        before + home.resolve("lib") + "/*",
        "org.kronocyte.cli.Kronocyte",
        "run",
        "--config",
        config.toString());
  }

  /** Starts a {@link DeskProcess} with this process's own class path. */
  static DaemonProcess startDesk(Map<String, String> environment, Consumer<String> log, String... arguments)
      throws IOException {
    return desk(environment, log, List.of(), arguments);
  }

  /** The same, with an archive of its classes, if it is there. */
  static DaemonProcess startDesk(Path archive, Consumer<String> log, String... arguments)
      throws IOException {
    List<String> options =
        Files.exists(archive) ? List.of("-XX:SharedArchiveFile=" + archive) : List.of();
    return desk(Map.of(), log, options, arguments);
  }

  /** The same, writing the archive when it ends. */
  static DaemonProcess archiveDesk(Path archive, Consumer<String> log, String... arguments)
      throws IOException {
    return desk(Map.of(), log, List.of("-XX:ArchiveClassesAtExit=" + archive), arguments);
  }

  private static DaemonProcess desk(
      Map<String, String> environment, Consumer<String> log, List<String> options, String... arguments)
      throws IOException {
    List<String> all = new ArrayList<>(options);
    all.addAll(
        List.of(
            "-Dkronocyte.log=INFO",
            "-cp",
            System.getProperty("java.class.path"),
            DeskProcess.class.getName()));
    all.addAll(List.of(arguments));
    return start(environment, log, all.toArray(String[]::new));
  }

  /**
   * Starts any class of the harness by another command.
   *
   * @param prefix a command that replaces itself by the one it is given
   */
  static DaemonProcess startWithin(
      List<String> prefix, Class<?> main, Consumer<String> log, String... arguments)
      throws IOException {
    List<String> all =
        new ArrayList<>(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    all.addAll(List.of(arguments));
    return start(prefix, Map.of(), log, all.toArray(String[]::new));
  }

  private static DaemonProcess start(
      Map<String, String> environment, Consumer<String> log, String... arguments)
      throws IOException {
    return start(List.of(), environment, log, arguments);
  }

  private static DaemonProcess start(
      List<String> prefix,
      Map<String, String> environment,
      Consumer<String> log,
      String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1"));
    if (Runtime.version().feature() >= 22) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return new DaemonProcess(builder.start(), log);
  }

  private void ended() throws InterruptedException {
    reader.join();
    ALIVE.remove(process);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** Writes a line to its standard input. */
  void tell(String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  /** SIGKILL; returns when it is dead and all it said is read. */
  void kill() throws InterruptedException {
    process.toHandle().destroyForcibly();
    process.waitFor();
    ended();
  }

  /** SIGTERM; its exit code, or -1 if it didn't end in time. */
  int stop() throws InterruptedException {
    process.toHandle().destroy();
    boolean ended = process.waitFor(30, TimeUnit.SECONDS);
    if (!ended) {
      process.toHandle().destroyForcibly();
    }
    ended();
    return ended ? process.exitValue() : -1;
  }

  /** Waits for it to end by itself; its exit code, or -1. */
  int await(long seconds) throws InterruptedException {
    boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
    if (!ended) {
      process.toHandle().destroyForcibly();
    }
    ended();
    return ended ? process.exitValue() : -1;
  }
}
