package org.kronocyte.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.kronocyte.app.Benchmark;
import org.kronocyte.problem.ProblemException;

/**
 * The benchmark of fields with a number of cells, in a process of its own: the peak of memory of
 * one process can't be told apart by what it did.
 *
 * @param drawn white cells a field of 1280x960
 * @param found cells a field, mean
 * @param field on one thread
 * @param peakBytes resident, of the whole process, median of {@link #RUNS}
 * @param leastPeakBytes of these
 * @param mostPeakBytes of these
 */
record BenchOfCrowd(
    int drawn,
    double found,
    Benchmark.Timing field,
    long peakBytes,
    long leastPeakBytes,
    long mostPeakBytes) {
  /** Java compiles when it likes, so that no two runs have quite the same peak. */
  static final int RUNS = 3;

  private record Run(double found, Benchmark.Timing field, long peakBytes) {}

  /**
   * Runs this program again a few times with the same Java options.
   *
   * @param arguments of {@code bench} but for the number of cells
   * @throws ProblemException {@code bench_process_failed}
   */
  static BenchOfCrowd measure(int drawn, List<String> arguments)
      throws ProblemException, InterruptedException {
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < RUNS; i++) {
      runs.add(run(drawn, arguments));
    }
    runs.sort(Comparator.comparingLong(Run::peakBytes));
    Run middle = runs.get(RUNS / 2);
    return new BenchOfCrowd(
        drawn,
        middle.found(),
        middle.field(),
        middle.peakBytes(),
        runs.get(0).peakBytes(),
        runs.get(RUNS - 1).peakBytes());
  }

  private static Run run(int drawn, List<String> arguments)
      throws ProblemException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Kronocyte.class.getName(), "bench", "--quick", "--json"));
    command.addAll(List.of("--cells", Integer.toString(drawn)));
    command.addAll(arguments);
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      try {
        JsonNode found = new ObjectMapper().readTree(process.getInputStream());
        int exit = process.waitFor();
        if (exit != ExitCode.OK || !found.has("rss_peak_bytes")) {
          throw failed("it ended with " + exit + " and without figures", null);
        }
        return new Run(
            found.get("cells_per_field").asDouble(),
            new Benchmark.Timing(
                found.at("/field/p50_ms").asDouble(), found.at("/field/p95_ms").asDouble()),
            found.get("rss_peak_bytes").asLong());
      } finally {
        process.destroy();
      }
    } catch (IOException e) {
      throw failed(e.toString(), e);
    }
  }

  private static ProblemException failed(String why, IOException cause) {
    return new ProblemException(
        "bench_process_failed",
        "a second process to measure memory in failed (" + why + ")",
        "measure without it by --quick",
        cause);
  }
}
