import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.kronocyte.app.SlideRequests;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.EmbeddedBroker;
import org.kronocyte.store.Database;

/** SIGKILL at random moments of a running slide; see crash.sh. */
final class CrashHarness {
  private static final int FIELDS_A_SLIDE = 120;
  private static final String ARCHIVE = "desk.jsa";

  /** On a busy machine a start may take minutes. */
  private static final int PATIENCE_S = 400;

  /** So many kills, and an archive of the desk's classes saves more time than it costs. */
  private static final int WORTH_AN_ARCHIVE = 20;

  private final Options options;
  private final Random random;
  private final Reports reports = new Reports();
  private final Deque<String> lastLines = new ArrayDeque<>();
  private final Path data;
  private final Path config;
  private CountDownLatch firstField = new CountDownLatch(1);

  private CrashHarness(Options options, long seed) {
    this.options = options;
    this.random = new Random(seed);
    this.data = options.path("--work").resolve("data");
    this.config = options.path("--work").resolve("kronocyte.yaml");
  }

  public static void main(String[] arguments) throws Exception {
    Options options = new Options(arguments);
    long seed = options.seed();
    System.out.println("seed " + seed);
    try {
      new CrashHarness(options, seed).run(seed);
    } catch (Exception e) {
      // The broker's threads would keep the process.
      e.printStackTrace(System.out);
      Options.verdict(options, "crash", seed, "broke off: " + e, false);
    }
  }

  /** The embedded broker, while it starts, now and then drops the first one who comes. */
  private MqttClient subscriber(int port) throws MqttException {
    for (int attempt = 1; ; attempt++) {
      MqttClient client =
          new MqttClient("tcp://127.0.0.1:" + port, "harness-" + attempt, new MemoryPersistence());
      try {
        client.connect();
        client.subscribe(
            "kronocyte/v1/#",
            1,
            (topic, message) -> reports.message(topic, new String(message.getPayload(), "UTF-8")));
        return client;
      } catch (MqttException e) {
        drop(client);
        if (attempt == 3) {
          throw e;
        }
        System.out.println("the broker dropped the harness (" + e.getMessage() + "); it comes again");
      }
    }
  }

  private static void drop(MqttClient client) {
    try {
      client.disconnectForcibly(0, 0, false);
      client.close(true);
    } catch (MqttException e) {
      System.out.println("its dead connection stays until the harness ends: " + e.getMessage());
    }
  }

  private void run(long seed) throws Exception {
    long kills = options.number("--runs", options.isLong() ? 1000 : 9);
    long until =
        System.nanoTime() + Duration.ofSeconds(options.number("--seconds", 100_000)).toNanos();
    EmbeddedBroker broker = EmbeddedBroker.find().orElseThrow();
    int port = broker.start(0, 0).mqtt();
    MqttClient subscriber = subscriber(port);
    configure(port);
    if (kills >= WORTH_AN_ARCHIVE) {
      archive();
    }
    int done = 0;
    int ofDaemon = 0;
    int every = (int) options.number("--every", options.isLong() ? 20 : 3);
    List<String> faults = List.of();
    while (done < kills && System.nanoTime() < until && faults.isEmpty()) {
      if (done % every == every - 1) {
        life();
        ofDaemon++;
      } else {
        deskLife();
      }
      done++;
      faults = look(true);
      if (done % 50 == 0) {
        System.out.println(done + " kills, " + counts());
      }
    }
    if (faults.isEmpty()) {
      drain();
      reports.recheck();
      faults = look(true);
    }
    faults.forEach(System.out::println);
    if (!faults.isEmpty()) {
      lastLines.forEach(System.out::println);
    }
    Options.verdict(
        options, "crash", seed, done + " kills (" + ofDaemon + " of whole daemons), " + counts() + ", faults " + faults.size(), faults.isEmpty());
  }

  private String counts() {
    return "slides "
        + reports.slides().size()
        + ", fields reported "
        + reports.fieldsReported()
        + ", messages "
        + reports.messages()
        + ", of them copies "
        + reports.copies();
  }

  private void configure(int port) throws IOException {
    Files.writeString(
        config,
        String.join(
            "\n",
            "device: {site: clinic-1, name: scope-1}",
            "camera: {kind: virtual, width: 400, height: 300, fields_per_second: 30}",
            "optics: {um_per_px: 0.1}",
            "slide: {specimen: blood, planned_cells: 20}",
            "quality: {min_focus: 0}",
            "mqtt: {uri: 'tcp://127.0.0.1:" + port + "'}",
            "threads: {inference: 1}",
            "data: {dir: " + data + "}",
            ""));
  }

  /** From start to kill. */
  private void life() throws Exception {
    firstField = new CountDownLatch(1);
    DaemonProcess daemon =
        DaemonProcess.start(options.path("--home"), config, Map.of(), this::line);
    try {
      if (random.nextInt(8) == 0) {
        // Anywhere in the start, recovery included.
        Thread.sleep(random.nextInt(2500));
        return;
      }
      awaitFirstField(daemon);
      boolean change = longSlide();
      int wait = 1 + random.nextInt(1200);
      int before = change ? random.nextInt(wait) : wait;
      Thread.sleep(before);
      if (change) {
        // Not waited for, so that the kill may come in its middle.
        ask("finish", "start");
        Thread.sleep(random.nextInt(900));
      }
    } finally {
      daemon.kill();
    }
  }

  /** A slide that was paused when a life ended stays paused until it is asked to go on. */
  private void awaitFirstField(DaemonProcess daemon) throws Exception {
    for (int waited = 0; !firstField.await(2, TimeUnit.SECONDS); waited++) {
      if (!daemon.isAlive() || waited > PATIENCE_S / 2) {
        throw new IllegalStateException("the daemon reads nothing: " + lastLines);
      }
      if (waited % 5 == 2) {
        ask("resume");
      }
    }
  }

  private void ask(String... verbs) throws ProblemException {
    try (Database database = Database.visit(data, Database.Settings.STANDARD)) {
      for (String verb : verbs) {
        new SlideRequests(database).post(verb, SlideRequests.object());
      }
    }
  }

  /** Without camera and networks, see {@link DeskProcess}. */
  private void deskLife() throws Exception {
    firstField = new CountDownLatch(1);
    DaemonProcess desk =
        DaemonProcess.startDesk(
            options.path("--work").resolve(ARCHIVE),
            this::line,
            data.toString(),
            String.valueOf(random.nextInt(1_000_000)),
            String.valueOf(FIELDS_A_SLIDE),
            "0");
    try {
      if (random.nextInt(8) == 0) {
        Thread.sleep(random.nextInt(1200));
      } else if (firstField.await(PATIENCE_S, TimeUnit.SECONDS)) {
        Thread.sleep(random.nextInt(500));
      } else {
        throw new IllegalStateException("the desk counts nothing: " + lastLines);
      }
    } finally {
      desk.kill();
    }
  }

  /** Half of a desk's life is the loading of classes, which an archive shortens. */
  private void archive() throws Exception {
    Path scratch = options.path("--work").resolve("scratch");
    Path archive = options.path("--work").resolve(ARCHIVE);
    DaemonProcess desk =
        DaemonProcess.archiveDesk(archive, line -> {}, scratch.toString(), "1", "10", "20");
    int exit = desk.await(PATIENCE_S);
    if (exit != 0 || !Files.exists(archive)) {
      throw new IllegalStateException("no archive of classes was made; the desk ended with " + exit);
    }
  }

  private boolean longSlide() {
    return reports.slides().values().stream()
        .anyMatch(s -> !s.finished && s.fields > FIELDS_A_SLIDE);
  }

  private void line(String line) {
    if (line.startsWith(DeskProcess.MESSAGE)) {
      int json = line.indexOf(" {");
      // A line cut off by the kill was not acknowledged.
      if (line.endsWith("}")) {
        reports.message(line.substring(DeskProcess.MESSAGE.length(), json), line.substring(json + 1));
      }
      return;
    }
    synchronized (lastLines) {
      lastLines.add(line);
      if (lastLines.size() > 40) {
        lastLines.remove();
      }
    }
    if (reports.log(line)) {
      firstField.countDown();
    }
  }

  /** What the broker has gets to the subscriber within a moment; only then a message is missing. */
  private List<String> look(boolean patient) throws Exception {
    Path copy = StoreOracle.copy(data, options.path("--work").resolve("copy"));
    List<String> faults = StoreOracle.check(copy, reports, true);
    for (int i = 0; patient && i < 20 && !faults.isEmpty(); i++) {
      Thread.sleep(100);
      copy = StoreOracle.copy(data, options.path("--work").resolve("copy"));
      faults = StoreOracle.check(copy, reports, true);
    }
    return faults;
  }

  /** A last life, ended politely when nothing waits any more. */
  private void drain() throws Exception {
    firstField = new CountDownLatch(1);
    DaemonProcess daemon =
        DaemonProcess.start(options.path("--home"), config, Map.of(), this::line);
    awaitFirstField(daemon);
    ask("pause");
    long waiting = waiting();
    for (int i = 0; i < PATIENCE_S && waiting > 0; i++) {
      Thread.sleep(1000);
      waiting = waiting();
    }
    int exit = daemon.stop();
    if (exit != 143) {
      throw new IllegalStateException("ended with " + exit + ": " + lastLines);
    }
    if (waiting > 0) {
      throw new IllegalStateException(waiting + " messages are never delivered");
    }
  }

  private long waiting() throws Exception {
    Path copy = StoreOracle.copy(data, options.path("--work").resolve("copy"));
    try (var db = java.sql.DriverManager.getConnection("jdbc:sqlite:" + copy)) {
      return StoreOracle.number(db, "SELECT count(*) FROM outbox WHERE kind IN ('SLIDE', 'FIELD')");
    }
  }
}
