package org.kronocyte.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.kronocyte.app.Benchmark;
import org.kronocyte.app.Models;
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
      "tensors. Drawing and decoding are left out. Stop other programs first; quote the medians."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {"  kronocyte bench", "  kronocyte bench --size 1280x960 --cells 50 --json"})
final class BenchCommand implements Callable<Integer> {
  /** At 0.1 um a pixel this is one tile of 512 px at the model's 0.25 um. */
  private static final int TILE_PX = 1280;

  private static final int[] CROWDS = {0, 5, 50};

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

  @Option(
      names = "--quick",
      description = "Only the field asked for: no 512x512 tile, no fields with 0, 5 and 50 cells.")
  private boolean quick;

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
      List<Crowd> crowds = new ArrayList<>();
      OptionalDouble tileMs = OptionalDouble.empty();
      if (!quick) {
        for (int count : CROWDS) {
          crowds.add(crowd(loaded, count));
        }
        Benchmark.Setup tile = new Benchmark.Setup(TILE_PX, TILE_PX, cells, rounds, false);
        tileMs = OptionalDouble.of(new Benchmark(loaded, tile).run().segmenterInference().p50Ms());
      }
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(json(result, startUpMs, crowds, tileMs).toPrettyString());
      } else {
        print(result, startUpMs, out);
        print(crowds, tileMs, out);
      }
      out.flush();
      return ExitCode.OK;
    }
  }

  /**
   * Fields with a number of white cells drawn, from few to many, so that a peak can be seen to
   * grow.
   */
  private record Crowd(int cells, Benchmark.Result result) {}

  private Crowd crowd(Models loaded, int count) throws ProblemException {
    int fewer = Math.max(1, rounds / 4);
    Benchmark.Setup setup =
        new Benchmark.Setup(size.width(), size.height(), count, fewer, autoScale);
    return new Crowd(count, new Benchmark(loaded, setup).run());
  }

  private static void print(List<Crowd> crowds, OptionalDouble tileMs, PrintWriter out) {
    for (Crowd crowd : crowds) {
      out.printf(
          Locale.ROOT,
          "with %d cells drawn, %.1f found: %.2f ms a field, peak memory so far %.0f MiB%n",
          crowd.cells(),
          crowd.result().cells(),
          crowd.result().field().p50Ms(),
          crowd.result().process().peakResidentBytes().orElse(0) / 1048576.0);
    }
    tileMs.ifPresent(
        ms -> out.printf(Locale.ROOT, "segmenter on a tile of 512x512 px, median: %.2f ms%n", ms));
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
      Benchmark.Result result, double startUpMs, List<Crowd> crowds, OptionalDouble tileMs) {
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
    put(node.putObject("segmenter_inference"), result.segmenterInference());
    tileMs.ifPresent(ms -> node.put("segmenter_tile_512_p50_ms", ms));
    ArrayNode crowded = node.putArray("fields");
    for (Crowd crowd : crowds) {
      ObjectNode one = crowded.addObject();
      one.put("cells_drawn", crowd.cells());
      one.put("cells_found", crowd.result().cells());
      put(one.putObject("field"), crowd.result().field());
      crowd
          .result()
          .process()
          .peakResidentBytes()
          .ifPresent(bytes -> one.put("rss_peak_bytes", bytes));
    }
    node.put("overhead_share", result.overheadShare());
    result.process().peakResidentBytes().ifPresent(bytes -> node.put("rss_peak_bytes", bytes));
    node.put("start_up_ms", startUpMs);
    return node;
  }

  private static void put(ObjectNode node, Benchmark.Timing timing) {
    node.put("p50_ms", timing.p50Ms());
    node.put("p95_ms", timing.p95Ms());
  }
}
