package org.kronocyte.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.kronocyte.image.Natives;
import org.kronocyte.infer.Engine;
import org.kronocyte.infer.OnnxEngine;
import org.kronocyte.model.ModelManifest;
import org.kronocyte.model.ModelPack;
import org.kronocyte.model.Packs;
import org.kronocyte.problem.ProblemException;

class NetworkSegmenterTest extends SegmenterContract {
  private static Engine engine;
  private static Segmenter segmenter;

  @BeforeAll
  static void open() throws Exception {
    Natives.load();
    ModelPack pack = Packs.only(ModelManifest.Kind.SEGMENTER);
    engine = OnnxEngine.open(pack, 1);
    segmenter = new Segmenter(pack, engine);
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  @Override
  Segmenter segmenter() {
    return segmenter;
  }

  @Test
  void anotherKindOfModelIsRefused() throws Exception {
    ModelPack classifier = Packs.only(ModelManifest.Kind.CLASSIFIER);
    ProblemException thrown =
        assertThrows(ProblemException.class, () -> new Segmenter(classifier, engine));
    assertEquals("model_wrong_kind", thrown.problem().code());
  }
}
