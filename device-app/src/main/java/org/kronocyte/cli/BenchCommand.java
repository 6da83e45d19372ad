package org.kronocyte.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.kronocyte.app.Benchmark;
import org.kronocyte.app.EngineMeasurement;
import org.kronocyte.app.Models;
import org.kronocyte.model.ModelPack;
import org.kronocyte.problem.ProblemException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kronocyte bench}: how fast this machine reads. */
@Command(
    name = "bench",
    description = {
      "Times the reading of drawn fields on this machine, stage by stage, beside the bare inference of the same",
      "tensors. Drawing and decoding are left out. Then every form of both packs, side by side; * is the fastest.",
      "Stop other programs first; quote the medians."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {"  kronocyte bench", "  kronocyte bench --size 1280x960 --cells 50 --json"})
final class BenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelOptions models;

  @Option(
      names = "--size",
      paramLabel = "WxH",
      defaultValue = "1280x960",
      description = "Field in pixels, at 0.1 um a pixel (default: ${DEFAULT-VALUE}).",
      converter = FieldSize.Converter.class)
  private FieldSize size;

  @Option(
      names = "--cells",
      paramLabel = "N",
      defaultValue = "20",
      description =
          "White cells drawn in a field of 1280x960, on average (default: ${DEFAULT-VALUE}).")
  private int cells;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "40",
      description = "How often each of five fields is read (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--auto-scale",
      description =
          "Also estimate um/px from the red cells of every field, as without a configured value.")
  private boolean autoScale;

  @Option(names = "--json", description = "Print JSON, for other programs.")
  private boolean json;

  @Override
  public Integer call() throws ProblemException {
    try (Models loaded = models.load()) {
      double startUpMs =
          System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime();
      Benchmark.Setup setup =
          new Benchmark.Setup(size.width(), size.height(), cells, rounds, autoScale);
      Benchmark.Result result = new Benchmark(loaded, setup).run();
      List<EngineMeasurement.Result> forms = new ArrayList<>();
      for (ModelPack pack : loaded.packs()) {
        forms.add(EngineMeasurement.of(pack, models.threads(), rounds));
      }
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(json(result, forms, startUpMs).toPrettyString());
      } else {
        print(result, startUpMs, out);
        forms.forEach(f -> FormsTable.print(f, out));
      }
      out.flush();
      return ExitCode.OK;
    }
  }

  private void print(Benchmark.Result result, double startUpMs, PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%s %s, Java %s, %d processors; %s%n",
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        Runtime.version(),
        Runtime.getRuntime().availableProcessors(),
        result.engine());
    out.printf(
        Locale.ROOT,
        "fields of %d x %d px, %.1f cells found a field%n",
        size.width(),
        size.height(),
        result.cells());
    out.printf("%-28s %9s %9s%n", "", "p50 ms", "p95 ms");
    result.stages().forEach((stage, timing) -> line(out, "  " + stage, timing));
    line(out, "one field, all stages", result.field());
    line(out, "bare inference, same tensors", result.bareInference());
    out.printf(Locale.ROOT, "the pipeline adds %.0f %%%n", 100 * result.overheadShare());
    out.printf(Locale.ROOT, "%.1f fields/s on one reading thread%n", result.fieldsPerSecond());
    result
        .process()
        .peakResidentBytes()
        .ifPresent(
            bytes -> out.printf(Locale.ROOT, "peak memory %.0f MiB resident%n", bytes / 1048576.0));
    out.printf(Locale.ROOT, "start-up to models loaded %.2f s%n", startUpMs / 1000);
  }

  private static void line(PrintWriter out, String name, Benchmark.Timing timing) {
    out.printf(Locale.ROOT, "%-28s %9.2f %9.2f%n", name, timing.p50Ms(), timing.p95Ms());
  }

  private ObjectNode json(
      Benchmark.Result result, List<EngineMeasurement.Result> forms, double startUpMs) {
    ObjectNode node = new ObjectMapper().createObjectNode();
    node.put("schema", "kronocyte/bench/1");
    node.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    node.put("java", Runtime.version().toString());
    node.put("processors", Runtime.getRuntime().availableProcessors());
    node.put("engine", result.engine());
    node.put("width", size.width());
    node.put("height", size.height());
    node.put("cells_per_field", result.cells());
    node.put("fields_per_s", result.fieldsPerSecond());
    ObjectNode stages = node.putObject("stages");
    result.stages().forEach((stage, timing) -> put(stages.putObject(stage), timing));
    put(node.putObject("field"), result.field());
    put(node.putObject("bare_inference"), result.bareInference());
    node.put("overhead_share", result.overheadShare());
    result.process().peakResidentBytes().ifPresent(bytes -> node.put("rss_peak_bytes", bytes));
    node.put("start_up_ms", startUpMs);
    ObjectNode packs = node.putObject("forms");
    for (EngineMeasurement.Result pack : forms) {
      ObjectNode timed = packs.putObject(pack.pack().manifest().name());
      pack.forms().forEach(f -> f.into(timed.putObject(f.form().code())));
    }
    return node;
  }

  private static void put(ObjectNode node, Benchmark.Timing timing) {
    node.put("p50_ms", timing.p50Ms());
    node.put("p95_ms", timing.p95Ms());
  }
}
