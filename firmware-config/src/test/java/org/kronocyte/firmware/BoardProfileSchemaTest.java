package org.kronocyte.firmware;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class BoardProfileSchemaTest {
  private static final Path HOME = Path.of("src/main/resources/org/kronocyte/firmware");
  private static final ObjectMapper JSON = new ObjectMapper();

  private static Stream<Path> profiles() throws IOException {
    try (Stream<Path> files = Files.list(HOME.resolve("boards"))) {
      return files.sorted().toList().stream();
    }
  }

  private static JsonSchema schema() throws IOException {
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
        .getSchema(Files.readString(HOME.resolve("board-profile.schema.json")));
  }

  private static ObjectNode profile(String name) throws IOException {
    String text = Files.readString(HOME.resolve("boards").resolve(name + ".yaml"));
    Object tree = new Load(LoadSettings.builder().build()).loadFromString(text);
    return JSON.valueToTree(tree);
  }

  @Test
  void bothBoardsAreThere() throws IOException {
    List<String> names = profiles().map(path -> path.getFileName().toString()).toList();
    assertEquals(List.of("generic-x86.yaml", "raspberry-pi-5.yaml"), names);
  }

  @ParameterizedTest
  @MethodSource("profiles")
  void shippedProfileIsValidAndBearsItsFileName(Path file) throws IOException {
    String name = file.getFileName().toString().replace(".yaml", "");
    JsonNode profile = profile(name);
    assertEquals(Set.of(), schema().validate(profile));
    assertEquals(name, profile.path("name").asText());
  }

  @Test
  void schemaIsItselfValid() throws IOException {
    JsonSchema meta =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
    JsonNode schema = JSON.readTree(Files.readString(HOME.resolve("board-profile.schema.json")));
    assertEquals(Set.of(), meta.validate(schema));
  }

  private static Stream<Consumer<ObjectNode>> mistakes() {
    return Stream.of(
        p -> p.remove("name"),
        p -> p.put("name", "Raspberry Pi"),
        p -> p.put("schema", "kronocyte/board-profile/2"),
        p -> p.put("lens", "100x"),
        p -> p.put("accelerator", "npu"),
        p -> p.withObject("/match").removeAll(),
        p -> p.withObject("/match").put("architecture", "mips"),
        p -> p.withObject("/match").putArray("compatible"),
        p -> p.withObject("/gpio").remove("chip_label"),
        p -> p.withObject("/gpio/start_stop_button").put("bcm", 28),
        p -> p.withObject("/gpio/start_stop_button").put("bcm", "17"),
        p -> p.withObject("/gpio/start_stop_button").put("pull", "sideways"),
        p -> p.withObject("/gpio/start_stop_button").put("debounce_ms", 0),
        p -> p.withObject("/gpio/status_lamp").put("header_pin", 41),
        p -> p.withObject("/camera").put("device", "video0"),
        p -> p.withObject("/camera").put("fps", 0.5),
        p -> p.withObject("/sensors").putArray("throttled_files"),
        p -> p.withObject("/threads").put("inference", 9));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void mistakeIsFound(Consumer<ObjectNode> mistake) throws IOException {
    ObjectNode profile = profile("raspberry-pi-5");
    JsonNode before = profile.deepCopy();
    mistake.accept(profile);
    assertFalse(profile.equals(before), "the mistake changed nothing");
    Set<ValidationMessage> found = schema().validate(profile);
    assertFalse(found.isEmpty(), profile.toString());
  }

  @Test
  void wiringTableAgreesWithTheProfile() throws IOException {
    JsonNode gpio = profile("raspberry-pi-5").path("gpio");
    String readme = Files.readString(Path.of("README.md"));
    for (String part : List.of("start_stop_button", "status_lamp")) {
      int bcm = gpio.path(part).path("bcm").asInt();
      int pin = gpio.path(part).path("header_pin").asInt();
      assertTrue(readme.contains("| " + bcm + " | " + pin + " |"), part);
      String boot = Files.readString(HOME.resolve("overlays").resolve("raspberry-pi-5.config.txt"));
      assertTrue(boot.contains("\ngpio=" + bcm + "="), part);
      assertEquals(HeaderPins.bcmToHeader(bcm), pin, part);
    }
  }
}
