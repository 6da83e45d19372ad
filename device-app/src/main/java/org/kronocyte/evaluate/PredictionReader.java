package org.kronocyte.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.kronocyte.image.Box;
import org.kronocyte.problem.ProblemException;

/**
 * Reads results as {@code analyze --masks --out} writes them: {@code <stem>.mask.png} and, if it is
 * there, {@code <stem>.json}, of which only {@code cells[].bbox}, {@code status} and {@code label}
 * are read.
 */
public final class PredictionReader {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;

  public PredictionReader(Path folder) {
    this.folder = folder;
  }

  /**
   * The result for one image.
   *
   * @throws ProblemException {@code mask_size} if the mask hasn't the truth's size
   */
  public FoundCells read(Truth truth) throws ProblemException {
    Path file = folder.resolve(truth.stem() + ".mask.png");
    GreyImage mask = GreyImage.read(file);
    if (mask.width() != truth.width() || mask.height() != truth.height()) {
      throw new ProblemException(
          "mask_size",
          file
              + " is "
              + mask.width()
              + "x"
              + mask.height()
              + " pixels, its image "
              + truth.width()
              + "x"
              + truth.height(),
          "write masks at the size of the image");
    }
    return new FoundCells(
        mask.values(), mask.width(), mask.height(), cells(folder.resolve(truth.stem() + ".json")));
  }

  private static List<FoundCells.Cell> cells(Path file) throws ProblemException {
    List<FoundCells.Cell> out = new ArrayList<>();
    if (!Files.exists(file)) {
      return out;
    }
    try {
      for (JsonNode cell : JSON.readTree(file.toFile()).path("cells")) {
        JsonNode box = cell.required("bbox");
        boolean accepted =
            !cell.path("status").asText().equals("rejected")
                && !cell.path("label").asText().equals("PLT");
        out.add(
            new FoundCells.Cell(
                new Box(
                    box.required(0).asInt(),
                    box.required(1).asInt(),
                    box.required(2).asInt(),
                    box.required(3).asInt()),
                accepted));
      }
      return out;
    } catch (IOException | IllegalArgumentException e) {
      throw new ProblemException(
          "prediction_invalid",
          file + " can't be understood (" + e.getMessage() + ")",
          "give the JSON that 'kronocyte analyze' writes, or none",
          e);
    }
  }
}
