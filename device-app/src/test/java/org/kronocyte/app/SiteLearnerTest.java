package org.kronocyte.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.classify.CellCrops;
import org.kronocyte.classify.SiteCalibrator.Care;
import org.kronocyte.image.Natives;
import org.kronocyte.model.ModelPack;
import org.kronocyte.model.SiteCalibration;
import org.kronocyte.problem.ProblemException;

class SiteLearnerTest {
  private static final int CELLS = 48;

  @TempDir Path data;

  @Test
  void whatIsLearntWhileAPersonUndoesIsDropped() throws Exception {
    Natives.load();
    ModelPack pack = ModelPack.load(Path.of("../models-quantized/packs/cls-first-light"));
    SiteFolder folder = new SiteFolder(data);
    AtomicReference<SiteLearner> learning = new AtomicReference<>();
    // Asked for the time by the learning thread, once it has its cells.
    InstantSource undoing =
        () -> {
          forget(learning.get());
          return TestFrames.NOON;
        };
    SiteLearner.Needs never = new SiteLearner.Needs(10_000, 1, 1);
    try (SiteLearner learner = new SiteLearner(pack, folder, never, undoing, () -> {})) {
      learning.set(learner);
      keepDrawn(learner, Integer.parseInt(pack.manifest().input().shape().get(1)));
      Future<SiteCalibration> asked = learner.ask(Care.ATTENDED);
      learner.mayLearn();
      ExecutionException e =
          assertThrows(ExecutionException.class, () -> asked.get(60, TimeUnit.SECONDS));
      assertEquals("site_held", ((ProblemException) e.getCause()).problem().code());
    }
    assertEquals(Optional.empty(), folder.current(pack.weightsSha256()));
    assertEquals(Optional.empty(), folder.notes().refusal(), "nothing is blamed on the cells");
  }

  private static void forget(SiteLearner learner) {
    try {
      learner.forget();
    } catch (ProblemException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void keepDrawn(SiteLearner learner, int sidePx) throws ProblemException {
    for (int n = 0; n < CELLS; n++) {
      ByteBuffer pixels = ByteBuffer.allocateDirect(sidePx * sidePx * 3);
      for (int i = 0; i < pixels.capacity(); i++) {
        pixels.put(i, (byte) ((i * 31 + n * 17) % 120));
      }
      learner.keep(n / 8, new CellCrops(pixels, 1, sidePx, new float[] {12}), 0.1);
    }
  }
}
