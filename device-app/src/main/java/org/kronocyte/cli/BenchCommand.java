package org.kronocyte.cli;

import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.kronocyte.app.Benchmark;
import org.kronocyte.app.EngineMeasurement;
import org.kronocyte.app.Models;
import org.kronocyte.app.Throughput;
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
      "Times the reading of drawn fields on this machine beside the bare inference of the same tensors: stage by stage",
      "on one thread, and as the daemon runs it, preparing one field while the last is classified. Drawing, decoding,",
      "storing and sending are left out. Then peak memory for 0, 5 and 50 cells, each in three processes of its own, and every",
      "form of both packs, side by side; * is the fastest.",
      "Stop other programs first; quote the medians."
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
  public Integer call() throws ProblemException, InterruptedException {
    try (Models loaded = models.load()) {
      double startUpMs =
          System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime();
      Benchmark.Setup setup =
          new Benchmark.Setup(size.width(), size.height(), cells, rounds, autoScale);
      Benchmark.Result result = new Benchmark(loaded, setup).run();
      List<EngineMeasurement.Result> forms = new ArrayList<>();
      List<BenchOfCrowd> crowds = new ArrayList<>();
      OptionalDouble tileMs = OptionalDouble.empty();
      if (!quick) {
        for (ModelPack pack : loaded.packs()) {
          forms.add(EngineMeasurement.of(pack, models.threads(), rounds));
        }
        for (int count : CROWDS) {
          crowds.add(BenchOfCrowd.measure(count, again()));
        }
        Benchmark.Setup tile = new Benchmark.Setup(TILE_PX, TILE_PX, cells, rounds, false);
        tileMs = OptionalDouble.of(new Benchmark(loaded, tile).run().segmenterInference().p50Ms());
      }
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(BenchJson.of(size, result, forms, startUpMs, crowds, tileMs).toPrettyString());
      } else {
        print(result, startUpMs, out);
        print(crowds, tileMs, out);
        forms.forEach(f -> FormsTable.print(f, out));
      }
      out.flush();
      return ExitCode.OK;
    }
  }

  /** The same options for another process. */
  private List<String> again() {
    List<String> out = new ArrayList<>(models.arguments());
    out.addAll(List.of("--size", size.width() + "x" + size.height()));
    out.addAll(List.of("--rounds", Integer.toString(Math.max(1, rounds / 4))));
    if (autoScale) {
      out.add("--auto-scale");
    }
    return out;
  }

  private static void print(List<BenchOfCrowd> crowds, OptionalDouble tileMs, PrintWriter out) {
    for (BenchOfCrowd crowd : crowds) {
      out.printf(
          Locale.ROOT,
          "with %d cells drawn, %.1f found: %.2f ms a field on one thread (p95 %.2f), peak memory %.0f MiB"
              + " (%.0f to %.0f in %d processes)%n",
          crowd.drawn(),
          crowd.found(),
          crowd.field().p50Ms(),
          crowd.field().p95Ms(),
          crowd.peakBytes() / 1048576.0,
          crowd.leastPeakBytes() / 1048576.0,
          crowd.mostPeakBytes() / 1048576.0,
          BenchOfCrowd.RUNS);
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
    out.printf("%-28s %9s %9s%n", "on one thread", "p50 ms", "p95 ms");
    result.stages().forEach((stage, timing) -> line(out, "  " + stage, timing));
    line(out, "one field, all stages", result.field());
    line(out, "bare inference, same tensors", result.bareInference());
    out.printf(
        Locale.ROOT,
        "on one thread the pipeline adds %.0f %% to bare inference%n",
        100 * result.overheadShare());
    print(result.throughput(), out);
    result
        .process()
        .peakResidentBytes()
        .ifPresent(
            bytes -> out.printf(Locale.ROOT, "peak memory %.0f MiB resident%n", bytes / 1048576.0));
    out.printf(Locale.ROOT, "start-up to models loaded %.2f s%n", startUpMs / 1000);
  }

  private static void print(Throughput throughput, PrintWriter out) {
    out.println("many fields in a row, wall time a field");
    String how =
        throughput.threads() == 1
            ? "one thread, no second processor"
            : "one is prepared while the last is classified: 2 threads";
    out.printf(
        Locale.ROOT,
        "  %-46s %6.2f ms, %.1f fields/s (%s)%n",
        "the pipeline, as the daemon runs it",
        throughput.pipelineMs(),
        1000 / throughput.pipelineMs(),
        how);
    out.printf(
        Locale.ROOT, "  %-46s %6.2f ms%n", "bare inference on one thread", throughput.bareMs());
    out.printf(
        Locale.ROOT,
        "  %-46s %6.2f ms%n",
        "bare inference, a thread for each network",
        throughput.bareAtOnceMs());
    out.printf(
        Locale.ROOT,
        "as the daemon runs it a field takes %+.0f %% against bare inference on one thread,%n"
            + "%+.0f %% against one that has as many threads%n",
        100 * throughput.addedShare(),
        100 * throughput.addedShareAtOnce());
  }

  private static void line(PrintWriter out, String name, Benchmark.Timing timing) {
    out.printf(Locale.ROOT, "%-28s %9.2f %9.2f%n", name, timing.p50Ms(), timing.p95Ms());
  }
}
