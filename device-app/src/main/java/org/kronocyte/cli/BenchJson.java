package org.kronocyte.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.OptionalDouble;
import org.kronocyte.app.Benchmark;
import org.kronocyte.app.EngineMeasurement;
import org.kronocyte.app.Throughput;

/** What {@code bench --json} prints. */
final class BenchJson {
  private BenchJson() {}

  static ObjectNode of(
      FieldSize size,
      Benchmark.Result result,
      List<EngineMeasurement.Result> forms,
      double startUpMs,
      List<BenchOfCrowd> crowds,
      OptionalDouble tileMs) {
    ObjectNode node = new ObjectMapper().createObjectNode();
    node.put("schema", "kronocyte/bench/1");
    node.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    node.put("java", Runtime.version().toString());
    node.put("processors", Runtime.getRuntime().availableProcessors());
    node.put("engine", result.engine());
    node.put("width", size.width());
    node.put("height", size.height());
    node.put("cells_per_field", result.cells());
    node.put("fields_per_s", 1000 / result.field().p50Ms());
    ObjectNode stages = node.putObject("stages");
    result.stages().forEach((stage, timing) -> put(stages.putObject(stage), timing));
    put(node.putObject("field"), result.field());
    put(node.putObject("bare_inference"), result.bareInference());
    put(node.putObject("segmenter_inference"), result.segmenterInference());
    tileMs.ifPresent(ms -> node.put("segmenter_tile_512_p50_ms", ms));
    ArrayNode crowded = node.putArray("fields");
    for (BenchOfCrowd crowd : crowds) {
      ObjectNode one = crowded.addObject();
      one.put("cells_drawn", crowd.drawn());
      one.put("cells_found", crowd.found());
      put(one.putObject("field"), crowd.field());
      one.put("rss_peak_bytes", crowd.peakBytes());
      one.put("rss_peak_least_bytes", crowd.leastPeakBytes());
      one.put("rss_peak_most_bytes", crowd.mostPeakBytes());
    }
    Throughput throughput = result.throughput();
    node.putObject("throughput")
        .put("threads", throughput.threads())
        .put("pipeline_ms", throughput.pipelineMs())
        .put("bare_inference_ms", throughput.bareMs())
        .put("bare_inference_at_once_ms", throughput.bareAtOnceMs())
        .put("added_share", throughput.addedShare());
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
