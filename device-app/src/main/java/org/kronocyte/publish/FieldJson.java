package org.kronocyte.publish;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.temporal.ChronoUnit;
import org.kronocyte.classify.ClassifiedCell;
import org.kronocyte.image.Box;
import org.kronocyte.segment.CountingFrame;
import org.kronocyte.segment.NucleusMeasures;
import org.kronocyte.segment.SecondLook;
import org.kronocyte.segment.SecondOpinion;
import org.kronocyte.segment.SegmentedCell;
import org.kronocyte.slide.FieldResult;

/**
 * One field as {@code kronocyte/field/1}, the shape of {@code field.schema.json}: what {@code
 * analyze} writes to a file and, with an envelope around it, what a {@code field} message carries.
 * Areas are rounded to 0.01 um2, probabilities to 0.0001, positions to 0.01 px.
 */
public final class FieldJson {
  public static final String SCHEMA = "kronocyte/field/1";

  /** Boxes that only a second engine sees; a field with more of them is none to rely on. */
  private static final int MAX_BOXES = 50;

  private FieldJson() {}

  /**
   * The field with all of its cells, edge, uncertain and rejected ones included.
   *
   * @throws IllegalArgumentException if a measurement is not finite
   */
  public static ObjectNode of(FieldResult field) {
    boolean simulated = field.origin().simulated();
    ObjectNode json = Json.object();
    json.put("schema", SCHEMA);
    json.put("image", field.origin().name());
    json.put("simulated", simulated);
    json.put("captured_at", field.capturedAt().truncatedTo(ChronoUnit.MILLIS).toString());
    json.put("width", field.width());
    json.put("height", field.height());
    json.put("um_per_px", Json.round(field.scale().umPerPx(), 6));
    json.put("um_per_px_source", field.scale().source().code());
    json.put("um_per_px_confidence", Json.round(field.scale().confidence(), 4));
    ObjectNode quality = json.putObject("quality");
    quality.put("focus", Json.round(field.quality().focus(), 4));
    quality.put("usable", field.quality().usable());
    quality.set("reasons", Json.strings(field.quality().reasons()));
    field.secondOpinion().ifPresent(opinion -> secondOpinion(json, opinion));
    ArrayNode cells = json.putArray("cells");
    field.cells().forEach(cell -> cells.add(cell(cell, field)));
    json.put("notice", Notice.of(simulated));
    return json;
  }

  private static void secondOpinion(ObjectNode json, SecondOpinion opinion) {
    ObjectNode node = json.putObject("second_opinion");
    for (SecondLook look : SecondLook.values()) {
      node.put(look.code(), opinion.looks().stream().filter(l -> l == look).count());
    }
    node.put("only_second", opinion.onlySecond().size());
    ArrayNode boxes = node.putArray("only_second_boxes");
    opinion.onlySecond().stream()
        .limit(MAX_BOXES)
        .forEach(b -> boxes.addArray().add(b.x()).add(b.y()).add(b.width()).add(b.height()));
  }

  private static ObjectNode cell(ClassifiedCell classified, FieldResult field) {
    SegmentedCell cell = classified.cell();
    ClassifiedCell.Verdict verdict = classified.verdict();
    Box box = cell.bbox();
    ObjectNode json = Json.object();
    json.put("id", cell.id());
    json.putArray("bbox").add(box.x()).add(box.y()).add(box.width()).add(box.height());
    json.putArray("centroid")
        .add(Json.round(cell.centroidX(), 2))
        .add(Json.round(cell.centroidY(), 2));
    json.put("area_um2", Json.round(cell.areaUm2(), 2));
    json.put("nucleus_area_um2", Json.round(cell.nucleusAreaUm2(), 2));
    json.put("nc_ratio", Json.round(cell.ncRatio(), 4));
    json.put("circularity", Json.round(cell.circularity(), 4));
    json.put("solidity", Json.round(cell.solidity(), 4));
    cell.eccentricity().ifPresent(e -> json.put("eccentricity", Json.round(e, 4)));
    cell.nucleus().ifPresent(n -> nucleus(json, n));
    cell.secondLook().ifPresent(look -> json.put("second_opinion", look.code()));
    json.put("label", verdict.label().name());
    json.put("probability", Json.round(verdict.probability(), 4));
    ObjectNode probabilities = json.putObject("probabilities");
    verdict.probabilities().forEach((c, p) -> probabilities.put(c.name(), Json.round(p, 4)));
    VerdictJson.into(json, verdict);
    json.put("status", verdict.status().code());
    json.put("reason", verdict.reason());
    json.put("touches_edge", cell.touchesEdge());
    if (!cell.touchesEdge()) {
      CountingFrame.weight(box, field.width(), field.height())
          .ifPresent(weight -> json.put("frame_weight", Json.round(weight, 4)));
    }
    return json;
  }

  private static void nucleus(ObjectNode json, NucleusMeasures nucleus) {
    json.put("nucleus_lobes", nucleus.lobes());
    json.put("nucleus_od_mean", Json.round(nucleus.meanOd(), 4));
    json.put("nucleus_od_sd", Json.round(nucleus.sdOd(), 4));
    json.put("nucleus_entropy_bits", Json.round(nucleus.entropyBits(), 4));
  }
}
