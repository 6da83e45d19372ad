package org.kronocyte.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Validates JSON against the schemas that ship with the product, chosen by its {@code schema}. */
public final class SchemaCheck {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final JsonSchemaFactory FACTORY =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

  private SchemaCheck() {}

  /** Passes for valid JSON, and returns it. */
  public static JsonNode assertValid(String json) throws IOException {
    JsonNode node = MAPPER.readTree(json);
    assertEquals(Set.of(), complaints(node), json);
    return node;
  }

  /** Passes if the schema finds fault. */
  public static void assertInvalid(JsonNode node) throws IOException {
    assertFalse(complaints(node).isEmpty(), "the schema accepts " + node);
  }

  private static Set<String> complaints(JsonNode node) throws IOException {
    String[] name = node.path("schema").asText().split("/", -1);
    assertEquals(3, name.length, "schema name in " + node);
    try (InputStream in =
        SchemaCheck.class.getResourceAsStream(
            "/org/kronocyte/schema/" + name[1] + ".schema.json")) {
      assertNotNull(in, "no schema " + name[1]);
      JsonSchema schema = FACTORY.getSchema(in);
      return schema.validate(node).stream()
          .map(ValidationMessage::getMessage)
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
