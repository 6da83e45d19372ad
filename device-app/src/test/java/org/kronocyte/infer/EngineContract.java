package org.kronocyte.infer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kronocyte.image.TestPixels;
import org.kronocyte.model.ModelManifest;
import org.kronocyte.model.ModelPack;
import org.kronocyte.model.Packs;
import org.kronocyte.problem.ProblemException;

/** What every engine does with every shipped pack. */
abstract class EngineContract {
  private static final int SIDE = 96;

  abstract Engine open(ModelPack pack) throws ProblemException;

  static Stream<Path> packs() {
    return Packs.folders().stream();
  }

  @ParameterizedTest
  @MethodSource("packs")
  void equalInputGivesEqualOutput(Path folder) throws Exception {
    ModelPack pack = ModelPack.load(folder);
    try (Engine engine = open(pack)) {
      byte[] image = TestPixels.noise(SIDE * SIDE * 3, 1);
      byte[] first = run(engine, pack, image);
      byte[] other = run(engine, pack, TestPixels.noise(SIDE * SIDE * 3, 2));
      assertArrayEquals(first, run(engine, pack, image));
      assertFalse(Arrays.equals(first, other), "the output doesn't depend on the input");
      try (Engine second = open(pack)) {
        assertArrayEquals(first, run(second, pack, image));
      }
    }
  }

  /** Each image of a batch gets what it gets alone. */
  @ParameterizedTest
  @MethodSource("packs")
  void aBatchIsItsImages(Path folder) throws Exception {
    ModelPack pack = ModelPack.load(folder);
    int count = 5;
    try (Engine engine = open(pack)) {
      byte[] images = TestPixels.noise(count * SIDE * SIDE * 3, 3);
      List<ByteBuffer> together = outputs(engine, pack, images, count);
      for (int i = 0; i < count; i++) {
        int size = SIDE * SIDE * 3;
        List<ByteBuffer> alone =
            outputs(engine, pack, Arrays.copyOfRange(images, i * size, (i + 1) * size), 1);
        for (int k = 0; k < alone.size(); k++) {
          int length = alone.get(k).capacity();
          ByteBuffer part = together.get(k).duplicate().position(i * length);
          assertEquals(alone.get(k), part.slice().limit(length), "image " + i);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("packs")
  void onlyTheOutputIsWritten(Path folder) throws Exception {
    ModelPack pack = ModelPack.load(folder);
    try (Engine engine = open(pack)) {
      byte[] image = TestPixels.noise(SIDE * SIDE * 3, 4);
      ByteBuffer in = direct(image, 64);
      List<ByteBuffer> buffers = new ArrayList<>();
      List<Tensor> outputs = new ArrayList<>();
      for (ModelManifest.Output output : pack.manifest().outputs()) {
        long[] shape = shape(output, 1);
        int length = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        ByteBuffer out = ByteBuffer.allocateDirect(length + 64);
        for (int i = length; i < length + 64; i++) {
          out.put(i, (byte) 99);
        }
        buffers.add(out);
        outputs.add(new Tensor(output.name(), out, shape));
      }
      engine.run(new Tensor(pack.manifest().input().name(), in, 1, SIDE, SIDE, 3), outputs);
      for (ByteBuffer out : buffers) {
        for (int i = out.capacity() - 64; i < out.capacity(); i++) {
          assertEquals(99, out.get(i));
        }
        assertEquals(0, out.position());
      }
      for (int i = 0; i < image.length; i++) {
        assertEquals(image[i], in.get(i));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("packs")
  void wrongTensorsAreAProblem(Path folder) throws Exception {
    ModelPack pack = ModelPack.load(folder);
    ByteBuffer memory = ByteBuffer.allocateDirect(SIDE * SIDE * 3);
    String name = pack.manifest().input().name();
    try (Engine engine = open(pack)) {
      List<Tensor> good = new ArrayList<>();
      for (ModelManifest.Output output : pack.manifest().outputs()) {
        good.add(new Tensor(output.name(), memory(output, 1), shape(output, 1)));
      }
      Tensor input = new Tensor(name, memory, 1, SIDE, SIDE, 3);
      engine.run(input, good);
      refused(engine, new Tensor("picture", memory, 1, SIDE, SIDE, 3), good);
      refused(engine, new Tensor(name, memory, 1, SIDE, SIDE, 1), good);
      refused(engine, new Tensor(name, memory, SIDE, SIDE, 3), good);
      refused(engine, input, List.of(new Tensor("nothing", memory, 1, 3)));
      refused(engine, input, List.of(new Tensor(good.get(0).name(), memory, 1, 2)));
      engine.run(input, good);
    }
  }

  private static void refused(Engine engine, Tensor input, List<Tensor> outputs) {
    ProblemException thrown =
        assertThrows(ProblemException.class, () -> engine.run(input, outputs));
    assertEquals("inference_failed", thrown.problem().code());
  }

  @ParameterizedTest
  @MethodSource("packs")
  void saysWhatItIs(Path folder) throws Exception {
    try (Engine engine = open(ModelPack.load(folder))) {
      assertTrue(engine.describe().matches("[a-z]+ [0-9.]+ int8, [0-9]+ threads?"));
    }
  }

  private static byte[] run(Engine engine, ModelPack pack, byte[] image) throws ProblemException {
    List<ByteBuffer> outputs = outputs(engine, pack, image, 1);
    byte[] all = new byte[outputs.stream().mapToInt(ByteBuffer::capacity).sum()];
    int at = 0;
    for (ByteBuffer output : outputs) {
      output.get(0, all, at, output.capacity());
      at += output.capacity();
    }
    return all;
  }

  private static List<ByteBuffer> outputs(Engine engine, ModelPack pack, byte[] images, int count)
      throws ProblemException {
    List<ByteBuffer> buffers = new ArrayList<>();
    List<Tensor> tensors = new ArrayList<>();
    for (ModelManifest.Output output : pack.manifest().outputs()) {
      ByteBuffer out = memory(output, count);
      buffers.add(out);
      tensors.add(new Tensor(output.name(), out, shape(output, count)));
    }
    String name = pack.manifest().input().name();
    engine.run(new Tensor(name, direct(images, 0), count, SIDE, SIDE, 3), tensors);
    return buffers;
  }

  private static ByteBuffer memory(ModelManifest.Output output, int count) {
    return ByteBuffer.allocateDirect(
        (int) Arrays.stream(shape(output, count)).reduce(1, (a, b) -> a * b));
  }

  private static ByteBuffer direct(byte[] bytes, int spare) {
    return ByteBuffer.allocateDirect(bytes.length + spare).put(bytes).clear();
  }

  /** The manifest's shape with numbers for its letters. */
  private static long[] shape(ModelManifest.Output output, int count) {
    return output.shape().stream()
        .mapToLong(
            d ->
                switch (d) {
                  case "N" -> count;
                  case "H/2", "W/2" -> SIDE / 2;
                  default -> Long.parseLong(d);
                })
        .toArray();
  }
}
