package org.kronocyte.infer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Iterator;
import org.kronocyte.model.Form;
import org.kronocyte.model.LayerWeights;
import org.kronocyte.model.ModelPack;
import org.kronocyte.model.TflitePlace;
import org.kronocyte.problem.ProblemException;

/** Puts expanded weights into a pack's TensorFlow Lite file, which is without them on disk. */
final class TfliteFile {
  private final ByteBuffer file;
  private final int flatbufferBytes;

  private TfliteFile(ByteBuffer file, int flatbufferBytes) {
    this.file = file;
    this.flatbufferBytes = flatbufferBytes;
  }

  /**
   * The whole file in native memory.
   *
   * @throws ProblemException {@code model_corrupt} if the manifest's places don't fit file and
   *     layers
   */
  static ByteBuffer assemble(ModelPack pack) throws ProblemException {
    byte[] graph = pack.graphs().get(Form.TFLITE);
    try {
      int end = graph.length;
      Iterator<LayerWeights> layers = pack.weights().iterator();
      for (TflitePlace place : pack.manifest().tflite()) {
        LayerWeights layer = next(layers, place);
        end = Math.max(end, place.weight() + layer.weight().length);
        end = Math.max(end, place.bias() + layer.bias().length * Integer.BYTES);
      }
      ByteBuffer bytes = ByteBuffer.allocateDirect(end).order(ByteOrder.LITTLE_ENDIAN);
      TfliteFile file = new TfliteFile(bytes.put(0, graph), graph.length);
      layers = pack.weights().iterator();
      for (TflitePlace place : pack.manifest().tflite()) {
        file.put(place, next(layers, place));
      }
      if (layers.hasNext()) {
        throw new IllegalArgumentException("layer '" + layers.next().name() + "' has no place");
      }
      return bytes;
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new ProblemException(
          "model_corrupt",
          "the TensorFlow Lite form of " + pack.id() + " can't be put together: " + e.getMessage(),
          "use another engine (--engine onnx), or a pack made for this version of the program",
          e);
    }
  }

  private static LayerWeights next(Iterator<LayerWeights> layers, TflitePlace place) {
    LayerWeights layer = layers.hasNext() ? layers.next() : null;
    if (layer == null || !layer.name().equals(place.name())) {
      throw new IllegalArgumentException("no weights for layer '" + place.name() + "'");
    }
    return layer;
  }

  private void put(TflitePlace place, LayerWeights layer) {
    int[] shape = layer.shape();
    int outputs = shape[0];
    int inputs = shape[1];
    int window = shape[2] * shape[3];
    int square = place.shuffle() * place.shuffle();
    if (outputs % square != 0
        || place.weight() < flatbufferBytes
        || place.bias() < flatbufferBytes
        || place.weightScale() + outputs * Float.BYTES > flatbufferBytes
        || place.biasScale() + outputs * Float.BYTES > flatbufferBytes) {
      throw new IllegalArgumentException("layer '" + place.name() + "' has a place out of bounds");
    }
    for (int from = 0; from < outputs; from++) {
      int to = from % square * (outputs / square) + from / square;
      file.putInt(place.bias() + to * Integer.BYTES, layer.bias()[from]);
      file.putFloat(place.weightScale() + to * Float.BYTES, layer.weightScale()[from]);
      file.putFloat(place.biasScale() + to * Float.BYTES, layer.biasScale()[from]);
      int row = place.weight() + to * inputs * window;
      for (int i = 0; i < inputs; i++) {
        for (int k = 0; k < window; k++) {
          file.put(row + k * inputs + i, layer.weight()[(from * inputs + i) * window + k]);
        }
      }
    }
  }
}
