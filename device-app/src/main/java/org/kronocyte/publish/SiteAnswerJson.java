package org.kronocyte.publish;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** The part {@code calibration} of {@code ack.schema.json}. */
final class SiteAnswerJson {
  private static final int MAX_TEXT = 500;

  private SiteAnswerJson() {}

  static ObjectNode of(SiteAnswer answer) {
    ObjectNode json = Json.object();
    json.put("state", answer.state());
    answer.next().ifPresent(id -> json.put("next", cut(id)));
    json.put("cells_gathered", answer.cellsGathered());
    json.put("slides_gathered", answer.slidesGathered());
    ArrayNode all = json.putArray("calibrations");
    for (SiteAnswer.Calibration one : answer.calibrations()) {
      all.addObject()
          .put("id", cut(one.id()))
          .put("role", one.role().name().toLowerCase(Locale.ROOT))
          .put("model", cut(one.model()))
          .put("cells", one.cells())
          .put("fields", one.fields())
          .put("confidence_before", Json.round(one.confidenceBefore(), 4))
          .put("confidence_after", Json.round(one.confidenceAfter(), 4));
    }
    answer
        .refusal()
        .ifPresent(
            r ->
                json.putObject("refusal")
                    .put("at", cut(r.at()))
                    .put("cells", r.cells())
                    .put("reason", r.reason())
                    .put("message", cut(r.message())));
    return json;
  }

  /** What stands in a file may be as long as it likes, a payload not. */
  private static String cut(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
  }
}
