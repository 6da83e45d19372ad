package org.kronocyte.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.kronocyte.infer.Engine;
import org.kronocyte.infer.Engines;
import org.kronocyte.model.Form;
import org.kronocyte.model.ModelPack;
import org.kronocyte.problem.ProblemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * In which form packs are opened: one that somebody chose, or the one measured to be fastest here.
 *
 * @param form the only one allowed; empty to go by the measurement
 * @param dataFolder where the measurement is recorded; read only if no form is given
 */
public record EngineChoice(Optional<Form> form, Optional<Path> dataFolder) {
  private static final Logger LOG = LoggerFactory.getLogger(EngineChoice.class);

  /** Without a measurement, and behind it: int8 before float, what was tried most first. */
  private static final List<Form> ORDER = List.of(Form.ONNX, Form.TFLITE, Form.ONNX_FLOAT);

  /** This form or none. */
  public static EngineChoice of(Form form) {
    return new EngineChoice(Optional.of(form), Optional.empty());
  }

  /** The recorded form, else the first that reproduces the pack's golden cells. */
  public static EngineChoice measured(Path dataFolder) {
    return new EngineChoice(Optional.empty(), Optional.of(dataFolder));
  }

  /**
   * Opens a pack; the board has proven itself on its golden cells then.
   *
   * @throws ProblemException if no allowed form can be used, with the reason of the first one
   */
  public Engine open(ModelPack pack, int threads) throws ProblemException {
    if (form.isPresent()) {
      return Engines.open(pack, form.get(), threads);
    }
    Set<Form> candidates = new LinkedHashSet<>();
    if (dataFolder.isPresent()) {
      EngineRecord.chosen(dataFolder.get(), pack).ifPresent(candidates::add);
    }
    candidates.addAll(ORDER);
    candidates.retainAll(pack.graphs().keySet());
    List<ProblemException> problems = new ArrayList<>();
    for (Form candidate : candidates) {
      try {
        return Engines.open(pack, candidate, threads);
      } catch (ProblemException e) {
        LOG.warn("{} can't run as {}: {}", pack.id(), candidate.code(), e.getMessage());
        problems.add(e);
      }
    }
    throw problems.get(0);
  }
}
