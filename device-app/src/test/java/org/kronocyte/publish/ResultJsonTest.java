package org.kronocyte.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kronocyte.image.FrameOrigin;
import org.kronocyte.problem.Problem;

class ResultJsonTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  static ObjectNode golden(String name) throws IOException {
    try (InputStream in = ResultJsonTest.class.getResourceAsStream(name + ".golden.json")) {
      return (ObjectNode) MAPPER.readTree(in);
    }
  }

  @Test
  void fieldIsAsInTheGoldenFile() throws IOException {
    assertGolden("field", FieldJson.of(Samples.field()));
  }

  @Test
  void slideIsAsInTheGoldenFile() throws IOException {
    assertGolden("slide", SlideJson.of(Samples.slide(false), SlideJson.State.PRELIMINARY));
  }

  @Test
  void errorIsAsInTheGoldenFile() throws IOException {
    Problem problem = new Problem("image_truncated", "x.jpg ends after 12 bytes", "copy it anew");
    assertGolden("error", ErrorJson.of("BLA/x.jpg", problem));
  }

  @Test
  void simulatedInputIsLoud() throws IOException {
    ObjectNode field = FieldJson.of(Samples.field(FrameOrigin.Kind.SIMULATED, List.of()));
    ObjectNode slide = SlideJson.of(Samples.slide(true), SlideJson.State.FINAL);
    for (ObjectNode json : List.of(field, slide)) {
      SchemaCheck.assertValid(json.toString());
      assertTrue(json.get("simulated").booleanValue());
      assertTrue(json.get("notice").textValue().startsWith("SIMULATED: "));
      json.put("notice", Notice.REAL);
      SchemaCheck.assertInvalid(json);
    }
  }

  @Test
  void numbersAreTheNearestWithThoseDecimals() {
    Random random = new Random(3);
    for (int i = 0; i < 1000; i++) {
      double value = (random.nextDouble() - 0.5) * 1e4;
      double rounded = Json.round(value, 4);
      assertEquals(value, rounded, 0.500001e-4);
      assertTrue(Double.toString(rounded).matches("-?\\d+\\.\\d{1,4}"), () -> rounded + "");
    }
    assertThrows(IllegalArgumentException.class, () -> Json.round(Double.NaN, 2));
  }

  /** Each of these spoils a valid field in one way; the schema must notice. */
  @ParameterizedTest
  @ValueSource(
      strings = {"extra", "missing", "negative", "probability", "label", "status", "bbox", "boot"})
  void schemaIsStrict(String fault) throws IOException {
    Map<String, Consumer<ObjectNode>> faults =
        Map.of(
            "extra", field -> field.put("patient", "x"),
            "missing", field -> field.remove("um_per_px"),
            "negative", field -> cell(field).put("area_um2", -1),
            "probability", field -> cell(field).put("probability", 1.01),
            "label", field -> cell(field).put("label", "XYZ"),
            "status", field -> cell(field).put("reason", "some_reason"),
            "bbox", field -> cell(field).putArray("bbox").add(1).add(2).add(3),
            "boot", field -> field.put("boot_id", Samples.BOOT.toString()));
    ObjectNode field = golden("field");
    SchemaCheck.assertValid(field.toString());
    faults.get(fault).accept(field);
    SchemaCheck.assertInvalid(field);
  }

  private static ObjectNode cell(ObjectNode field) {
    return (ObjectNode) field.get("cells").get(0);
  }

  private static void assertGolden(String name, ObjectNode json) throws IOException {
    JsonNode written = SchemaCheck.assertValid(json.toString());
    assertEquals(golden(name).toPrettyString(), written.toPrettyString());
  }
}
