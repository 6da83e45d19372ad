package org.kronocyte.publish;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.temporal.ChronoUnit;
import java.util.TreeMap;
import org.kronocyte.slide.SlideSummary;

/**
 * A slide's differential as {@code kronocyte/slide/1}, the shape of {@code slide.schema.json}: what
 * {@code analyze} and {@code slide export} write and what a {@code slide} message carries.
 */
public final class SlideJson {
  public static final String SCHEMA = "kronocyte/slide/1";

  /** Whether more fields may follow. */
  public enum State {
    PRELIMINARY("preliminary"),
    FINAL("final");

    private final String code;

    State(String code) {
      this.code = code;
    }

    /** The word used in JSON. */
    public String code() {
      return code;
    }
  }

  private SlideJson() {}

  /** The summary with percentages rounded to 0.01 and the rejection reasons in sorted order. */
  public static ObjectNode of(SlideSummary slide, State state) {
    ObjectNode json = Json.object();
    json.put("schema", SCHEMA);
    json.put("slide", slide.slide());
    json.put("specimen", slide.specimen().code());
    slide.accession().ifPresent(a -> json.put("accession", a.number()));
    slide.siteCalibration().ifPresent(site -> json.put("site_calibration", site));
    json.put("simulated", slide.simulated());
    json.put("started_at", slide.startedAt().truncatedTo(ChronoUnit.MILLIS).toString());
    json.put("state", state.code());
    if (slide.plannedCells() > 0) {
      json.put("planned_cells", slide.plannedCells());
    }
    json.put("complete", slide.complete());
    json.set("missing", Json.strings(slide.missing()));
    json.put("fields", slide.fields());
    json.put("cells_found", slide.cellsFound());
    json.put("touching_edge", slide.touchingEdge());
    json.put("counted", slide.counted());
    json.put("uncertain", slide.uncertain());
    ObjectNode rejected = json.putObject("rejected");
    new TreeMap<>(slide.rejected()).forEach(rejected::put);
    json.put("erythroblasts", slide.erythroblasts());
    ArrayNode differential = json.putArray("differential");
    slide.differential().forEach(line -> differential.add(line(line)));
    json.put("notice", Notice.of(slide.simulated()));
    return json;
  }

  private static ObjectNode line(SlideSummary.DifferentialLine line) {
    ObjectNode json = Json.object();
    json.put("label", line.label().name());
    json.put("name", line.label().displayName());
    json.put("count", line.count());
    json.put("percent", Json.round(line.percent(), 2));
    json.put("low95", Json.round(line.low95(), 2));
    json.put("high95", Json.round(line.high95(), 2));
    return json;
  }
}
