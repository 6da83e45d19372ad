package org.kronocyte.publish;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;
import org.kronocyte.classify.ClassifiedCell;
import org.kronocyte.slide.FieldResult;

/** A cell's picture as {@code kronocyte/crop/1}, the shape of {@code crop.schema.json}. */
final class CropJson {
  static final String SCHEMA = "kronocyte/crop/1";

  private CropJson() {}

  static ObjectNode of(String slide, int number, FieldResult field, CellPicture picture) {
    ClassifiedCell.Verdict verdict = picture.cell().verdict();
    boolean simulated = field.origin().simulated();
    ObjectNode json = Json.object();
    json.put("schema", SCHEMA);
    json.put("slide", slide);
    json.put("field", number);
    json.put("cell", picture.cell().cell().id());
    json.put("simulated", simulated);
    json.put("label", verdict.label().name());
    json.put("probability", Json.round(verdict.probability(), 4));
    json.put("status", verdict.status().code());
    json.put("reason", verdict.reason());
    json.put("side_px", picture.sidePx());
    json.put("um_per_px", Json.round(picture.umPerPx(), 6));
    json.put("jpeg", Base64.getEncoder().encodeToString(picture.jpeg()));
    json.put("notice", Notice.of(simulated));
    return json;
  }
}
