package org.kronocyte.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes results fit that would be larger than {@link Messages#MAX_BYTES}, and says so in them. */
final class Cutting {
  private static final Logger log = LoggerFactory.getLogger(Cutting.class);
  private static final int MAX_MISSING_WHEN_CUT = 20;

  private Cutting() {}

  /** Without probabilities, then without cells from the end, until it fits. */
  static String field(ObjectNode json) {
    ArrayNode cells = (ArrayNode) json.get("cells");
    int found = cells.size();
    json.put("truncated", true);
    json.put("cells_omitted", 0);
    for (JsonNode cell : cells) {
      ((ObjectNode) cell).remove("probabilities");
    }
    String text = Json.write(json);
    while (tooLarge(text) && !cells.isEmpty()) {
      int keep = cells.size() * 9 / 10;
      while (cells.size() > keep) {
        cells.remove(cells.size() - 1);
      }
      json.put("cells_omitted", found - cells.size());
      text = Json.write(json);
    }
    log.warn(
        "field {} with {} cells is larger than {} bytes: its message has no probabilities and {}"
            + " cells are left out; the files on the device have them",
        json.get("image"),
        found,
        Messages.MAX_BYTES,
        found - cells.size());
    return text;
  }

  /** With the first of what is missing only. */
  static String slide(ObjectNode json) {
    ArrayNode missing = (ArrayNode) json.get("missing");
    int all = missing.size();
    while (missing.size() > MAX_MISSING_WHEN_CUT) {
      missing.remove(missing.size() - 1);
    }
    missing.add("and " + (all - missing.size()) + " more");
    log.warn(
        "slide {} lists {} missing items: its message has the first {}",
        json.get("slide"),
        all,
        MAX_MISSING_WHEN_CUT);
    return Json.write(json);
  }

  static boolean tooLarge(String json) {
    return json.getBytes(StandardCharsets.UTF_8).length > Messages.MAX_BYTES;
  }
}
