package org.kronocyte.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * Every numbered requirement of {@code MQTT.md} has a test that carries its number, and the
 * reverse.
 */
class MqttRequirementsTest {
  private static final Pattern WRITTEN = Pattern.compile("\\*\\*MQTT-REQ-(\\d+)\\*\\*");
  private static final Pattern TESTED = Pattern.compile("mqttReq(\\d+)[A-Z].*");

  @Test
  void requirementsAndTestsAreTheSame() throws IOException {
    SortedSet<Integer> written = new TreeSet<>();
    Matcher number = WRITTEN.matcher(Files.readString(Path.of("MQTT.md")));
    while (number.find()) {
      assertTrue(written.add(Integer.valueOf(number.group(1))), number.group() + " is there twice");
    }
    SortedSet<Integer> tested = new TreeSet<>();
    for (JavaClass type :
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
            .importPackages("org.kronocyte.publish")) {
      for (JavaMethod method : type.getMethods()) {
        Matcher name = TESTED.matcher(method.getName());
        if (name.matches()) {
          assertTrue(
              method.isAnnotatedWith(Test.class) || method.isAnnotatedWith(ParameterizedTest.class),
              method.getFullName() + " is no test");
          tested.add(Integer.valueOf(name.group(1)));
        }
      }
    }
    assertEquals(written, tested);
    assertEquals(written.size(), written.last(), "numbers are not given twice, nor left out");
  }
}
