package org.kronocyte.publish;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.kronocyte.classify.ActivationMap;
import org.kronocyte.classify.ClassifiedCell;
import org.kronocyte.classify.Evidence;

/**
 * What a verdict says besides its label: prediction set, unlikeness, and evidence if there is any.
 */
public final class VerdictJson {
  private VerdictJson() {}

  /** Adds {@code labels_possible}, {@code unlikeness} and {@code evidence}, each if it is known. */
  public static void into(ObjectNode cell, ClassifiedCell.Verdict verdict) {
    verdict
        .possible()
        .ifPresent(
            set ->
                cell.set("labels_possible", Json.strings(set.stream().map(Enum::name).toList())));
    verdict.unlikeness().ifPresent(u -> cell.put("unlikeness", Json.round(u, 3)));
    verdict.evidence().ifPresent(e -> evidence(cell.putObject("evidence"), e));
  }

  private static void evidence(ObjectNode json, Evidence evidence) {
    json.put("morphology", evidence.morphology());
    ArrayNode nearest = json.putArray("nearest");
    for (Evidence.Neighbour neighbour : evidence.nearest()) {
      nearest
          .addObject()
          .put("label", neighbour.label().name())
          .put("image", neighbour.image())
          .put("similarity", Json.round(neighbour.similarity(), 4));
    }
    ActivationMap map = evidence.map();
    ObjectNode activation = json.putObject("activation");
    activation.put("label", map.label().name());
    activation.put("logit", Json.round(map.mean(), 4));
    ArrayNode rows = activation.putArray("values");
    for (double[] row : map.values()) {
      ArrayNode values = rows.addArray();
      for (double value : row) {
        values.add(Json.round(value, 4));
      }
    }
  }
}
