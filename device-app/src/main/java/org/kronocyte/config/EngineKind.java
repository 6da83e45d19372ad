package org.kronocyte.config;

/** Which library runs the networks. */
public enum EngineKind {
  /** What was measured to be fastest on this board. */
  AUTO,
  ONNX,
  TFLITE
}
