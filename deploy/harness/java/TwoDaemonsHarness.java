import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Two daemons on one data folder; see twodaemons.sh. */
final class TwoDaemonsHarness {
  private TwoDaemonsHarness() {}

  public static void main(String[] arguments) throws Exception {
    Options options = new Options(arguments);
    Path work = options.path("--work");
    Path data = work.resolve("data");
    Path config = work.resolve("kronocyte.yaml");
    Files.writeString(
        config,
        String.join(
            "\n",
            "device: {site: clinic-1, name: scope-1}",
            "camera: {kind: virtual, width: 400, height: 300, fields_per_second: 10}",
            "optics: {um_per_px: 0.1}",
            "slide: {specimen: blood, planned_cells: 20, id: slide-1}",
            "quality: {min_focus: 0}",
            "threads: {inference: 1}",
            "data: {dir: " + data + "}",
            ""));
    List<String> faults = new ArrayList<>();
    Reports reports = new Reports();
    DaemonProcess first = start(options, config, reports, 2);
    long before = reports.fieldsReported();
    StringBuilder said = new StringBuilder();
    DaemonProcess second =
        DaemonProcess.start(
            options.path("--home"), config, Map.of(), line -> said.append(line).append('\n'));
    int exit = second.await(200);
    if (exit != 1 || !said.toString().contains("another daemon (process " + first.pid() + ")")) {
      faults.add("the second ended with " + exit + " and said: " + said);
    }
    for (int i = 0; i < 1200 && reports.fieldsReported() == before; i++) {
      Thread.sleep(100);
    }
    if (!first.isAlive() || reports.fieldsReported() == before) {
      faults.add("the first was disturbed");
    }
    first.kill();
    long atKill = reports.fieldsReported();
    DaemonProcess third = start(options, config, reports, (int) atKill + 1);
    third.kill();
    faults.addAll(
        StoreOracle.check(StoreOracle.copy(data, work.resolve("copy")), reports, false));
    faults.forEach(System.out::println);
    Options.verdict(
        options,
        "twodaemons",
        0,
        "fields reported " + reports.fieldsReported() + ", faults " + faults.size(),
        faults.isEmpty());
  }

  /** Runs until so many fields are reported in all. */
  private static DaemonProcess start(Options options, Path config, Reports reports, int fields)
      throws Exception {
    CountDownLatch enough = new CountDownLatch(1);
    StringBuilder said = new StringBuilder();
    DaemonProcess daemon =
        DaemonProcess.start(
            options.path("--home"),
            config,
            Map.of(),
            line -> {
              said.append(line).append('\n');
              reports.log(line);
              if (reports.fieldsReported() >= fields) {
                enough.countDown();
              }
            });
    if (!enough.await(400, TimeUnit.SECONDS)) {
      throw new IllegalStateException("too few fields: " + said);
    }
    return daemon;
  }
}
