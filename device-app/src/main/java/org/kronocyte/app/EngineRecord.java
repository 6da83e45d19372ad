package org.kronocyte.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.kronocyte.board.Machine;
import org.kronocyte.model.Form;
import org.kronocyte.model.ModelPack;
import org.kronocyte.problem.ProblemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file {@code engines.json} in the data folder: which form of which pack was fastest on this
 * board. It names board and weights, so that a card moved to another board, or a new model, isn't
 * run by an old measurement.
 */
public final class EngineRecord {
  /** The file's name. */
  public static final String FILE = "engines.json";

  private static final String SCHEMA = "kronocyte/engines/1";
  private static final Logger LOG = LoggerFactory.getLogger(EngineRecord.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private EngineRecord() {}

  /** The recorded form of a pack, if the record is of this board and these weights. */
  static Optional<Form> chosen(Path dataFolder, ModelPack pack) {
    Path file = dataFolder.resolve(FILE);
    if (!Files.isReadable(file)) {
      LOG.info("no measurement of engines in {}; 'kronocyte model measure' makes one", dataFolder);
      return Optional.empty();
    }
    try {
      JsonNode root = JSON.readTree(file.toFile());
      if (!root.path("schema").asText().equals(SCHEMA)
          || !root.path("board").asText().equals(board(Path.of("/")))) {
        LOG.warn("{} was measured on another board; 'kronocyte model measure' makes a new", file);
        return Optional.empty();
      }
      for (JsonNode model : root.path("models")) {
        if (model.path("weights_sha256").asText().equals(pack.weightsSha256())) {
          return Form.ofCode(model.path("engine").asText());
        }
      }
      LOG.info("{} has no measurement of {}", file, pack.id());
      return Optional.empty();
    } catch (IOException e) {
      LOG.warn("{} can't be read, so no measurement is used: {}", file, e.toString());
      return Optional.empty();
    }
  }

  /** Replaces the record as a whole. */
  public static Path write(Path dataFolder, List<EngineMeasurement.Result> results, Instant now)
      throws ProblemException {
    ObjectNode root = JSON.createObjectNode();
    root.put("schema", SCHEMA);
    root.put("board", board(Path.of("/")));
    root.put("measured", now.toString());
    for (EngineMeasurement.Result result : results) {
      ObjectNode model = root.withArray("models").addObject();
      model.put("pack", result.pack().id());
      model.put("weights_sha256", result.pack().weightsSha256());
      model.put("engine", result.fastest().code());
      ObjectNode forms = model.putObject("forms");
      result.forms().forEach(f -> f.into(forms.putObject(f.form().code())));
    }
    Path file = dataFolder.resolve(FILE);
    AtomicFile.write(file, (root.toPrettyString() + "\n").getBytes(UTF_8));
    return file;
  }

  /** Architecture, processors and processor or board, e.g. {@code aarch64, 4 x brcm,bcm2712}. */
  static String board(Path root) {
    String architecture = System.getProperty("os.arch");
    Machine machine = Machine.at(root, architecture);
    String name =
        machine.compatible().isEmpty() ? processor(root) : String.join(" ", machine.compatible());
    return architecture + ", " + Runtime.getRuntime().availableProcessors() + " x " + name;
  }

  private static String processor(Path root) {
    try (var lines = Files.lines(root.resolve("proc/cpuinfo"))) {
      return lines
          .filter(l -> l.startsWith("model name"))
          .map(l -> l.substring(l.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown processor");
    } catch (IOException e) {
      return "unknown processor"; // No Linux; then only architecture and number count.
    }
  }
}
