package org.kronocyte.model;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** One way to run a pack; all answer alike, and a board has one that is fastest. */
public enum Form {
  /** int8 in ONNX Runtime. */
  ONNX("onnx", "graph.onnx", true),
  /** int8 in TensorFlow Lite. */
  TFLITE("tflite", "graph.tflite", true),
  /** float32 with expanded weights in ONNX Runtime, to compare with. */
  ONNX_FLOAT("onnx-float", "graph-float.onnx", false),
  /** float32 in ONNX Runtime, Kronecker layers run by their factors. */
  ONNX_FACTORED("onnx-factored", "graph-factored.onnx", false);

  private final String code;
  private final String file;
  private final boolean int8;

  Form(String code, String file, boolean int8) {
    this.code = code;
    this.file = file;
    this.int8 = int8;
  }

  /** Its name in settings, tables and records. */
  public String code() {
    return code;
  }

  /** Its graph's file in a pack. */
  public String file() {
    return file;
  }

  /** Whether it computes in int8. */
  public boolean int8() {
    return int8;
  }

  /** The form of a name. */
  public static Optional<Form> ofCode(String code) {
    return Arrays.stream(values()).filter(f -> f.code.equals(code)).findFirst();
  }

  /** All names, in order. */
  public static List<String> codes() {
    return Arrays.stream(values()).map(Form::code).toList();
  }
}
