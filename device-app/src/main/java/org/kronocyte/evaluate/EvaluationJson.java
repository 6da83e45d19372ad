package org.kronocyte.evaluate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Scores as {@code kronocyte/evaluation/1}, the shape of {@code evaluation.schema.json}. A measure
 * that a set's truth can't give is left out.
 */
public final class EvaluationJson {
  public static final String SCHEMA = "kronocyte/evaluation/1";

  private EvaluationJson() {}

  /**
   * All sets and contestants with all of their images.
   *
   * @param segmenter digest of the network's weights, if one was loaded
   */
  public static ObjectNode of(List<SetScore> scores, Optional<String> segmenter) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("schema", SCHEMA);
    segmenter.ifPresent(digest -> json.put("segmenter_sha256", digest));
    ArrayNode sets = json.putArray("sets");
    scores.forEach(score -> sets.add(set(score)));
    return json;
  }

  /** The same with the figures of whole sets only. */
  public static ObjectNode withoutImages(ObjectNode evaluation) {
    ObjectNode json = evaluation.deepCopy();
    json.get("sets").forEach(set -> ((ArrayNode) set.get("images")).removeAll());
    return json;
  }

  private static ObjectNode set(SetScore score) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("set", score.set().id());
    json.put("contestant", score.contestant());
    json.put("boundary_tolerance_px", BoundaryTally.tolerancePx(score.set().umPerPx()));
    ObjectNode pooled = json.putObject("pooled");
    pooled.put("images", score.images().size());
    measures(pooled, score.pooled());
    put(pooled, "mask_agreement", score.agreement().share());
    put(pooled, "cell_dice_mean", score.mean(s -> s.cell().value()));
    put(pooled, "nucleus_dice_mean", score.mean(s -> s.nucleus().value()));
    ArrayNode images = json.putArray("images");
    for (ImageScore image : score.images()) {
      ObjectNode node = images.addObject();
      node.put("image", image.image());
      measures(node, image.score());
      put(node, "mask_agreement", image.agreement().share());
    }
    ArrayNode failures = json.putArray("failures");
    for (SetScore.Failure failure : score.failures()) {
      ObjectNode node = failures.addObject();
      node.put("image", failure.image());
      node.put("code", failure.problem().code());
      node.put("message", failure.problem().message());
      node.put("remedy", failure.problem().remedy());
    }
    return json;
  }

  private static void measures(ObjectNode json, Score score) {
    put(json, "cell_dice", score.cell().value());
    put(json, "nucleus_dice", score.nucleus().value());
    put(json, "cell_boundary_f", score.cellBoundary().value());
    put(json, "nucleus_boundary_f", score.nucleusBoundary().value());
    put(json, "aji", score.cells().aggregatedJaccard());
    cells(json, "", score.cells());
    cells(json, "box_", score.boxes());
  }

  private static void cells(ObjectNode json, String prefix, CellTally cells) {
    if (cells.images() == 0) {
      return;
    }
    json.put(prefix + "true_cells", cells.truth());
    json.put(prefix + "matched", cells.matched());
    json.put(prefix + "extra", cells.extra());
    put(json, prefix + "pq", cells.panopticQuality());
    put(json, prefix + "f1", cells.f1());
    put(json, prefix + "recall", cells.recall());
    put(json, prefix + "count_error", cells.relativeCountError());
    put(json, prefix + "extra_per_image", cells.extraPerImage());
  }

  private static void put(ObjectNode json, String name, OptionalDouble value) {
    value.ifPresent(v -> json.put(name, Math.round(v * 1e6) / 1e6));
  }
}
