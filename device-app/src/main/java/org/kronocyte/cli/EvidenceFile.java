package org.kronocyte.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.kronocyte.classify.ClassifiedCell;
import org.kronocyte.model.ModelPack;
import org.kronocyte.model.SiteCalibration;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.VerdictJson;

/** What {@code classify --evidence} writes: {@code kronocyte/evidence/1}. */
final class EvidenceFile {
  private static final String SCHEMA = "kronocyte/evidence/1";

  private final ObjectNode json = JsonNodeFactory.instance.objectNode();
  private final ArrayNode images;

  EvidenceFile(ModelPack pack) {
    json.put("schema", SCHEMA);
    json.put("model", pack.id());
    pack.site().map(SiteCalibration::id).ifPresent(id -> json.put("site_calibration", id));
    images = json.putArray("images");
  }

  void add(Path path, ClassifiedCell.Verdict verdict) {
    ObjectNode image = images.addObject();
    image.put("image", path.toString());
    image.put("label", verdict.label().name());
    image.put("probability", Math.round(verdict.probability() * 1e4) / 1e4);
    image.put("status", verdict.status().code());
    image.put("reason", verdict.reason());
    VerdictJson.into(image, verdict);
  }

  void write(Path file) throws ProblemException {
    try {
      Files.writeString(file, json.toPrettyString() + "\n");
    } catch (IOException e) {
      throw new ProblemException(
          "output_unwritable",
          "the evidence " + file + " can't be written (" + e + ")",
          "check the folder's permissions and the free space",
          e);
    }
  }
}
