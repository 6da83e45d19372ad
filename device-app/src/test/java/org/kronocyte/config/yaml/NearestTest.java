package org.kronocyte.config.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NearestTest {
  @Test
  void findsTheWordMeant() {
    List<String> keys = List.of("device", "kind", "width", "height", "fps");
    assertEquals(Optional.of("device"), Nearest.to("devcie", keys));
    assertEquals(Optional.of("height"), Nearest.to("heigth", keys));
    assertEquals(Optional.of("fps"), Nearest.to("fp", keys));
    assertEquals(Optional.of("debounce_ms"), Nearest.to("debounce", List.of("b", "debounce_ms")));
    assertEquals(Optional.of("width"), Nearest.to("width_px", keys));
    assertEquals(Optional.empty(), Nearest.to("w".repeat(5000), keys));
    assertEquals(Optional.empty(), Nearest.to("temperature", keys));
  }

  @Test
  void distanceAgreesWithTheRecursiveDefinition() {
    Random random = new Random(11);
    for (int i = 0; i < 400; i++) {
      String a = word(random);
      String b = word(random);
      assertEquals(slow(a, b), Nearest.distance(a, b), a + " / " + b);
    }
  }

  private static String word(Random random) {
    StringBuilder word = new StringBuilder();
    for (int length = random.nextInt(6); length > 0; length--) {
      word.append((char) ('a' + random.nextInt(3)));
    }
    return word.toString();
  }

  private static int slow(String a, String b) {
    if (a.isEmpty() || b.isEmpty()) {
      return a.length() + b.length();
    }
    String restA = a.substring(1);
    String restB = b.substring(1);
    int best = slow(restA, restB) + (a.charAt(0) == b.charAt(0) ? 0 : 1);
    best = Math.min(best, 1 + Math.min(slow(restA, b), slow(a, restB)));
    if (a.length() > 1
        && b.length() > 1
        && a.charAt(0) == b.charAt(1)
        && a.charAt(1) == b.charAt(0)) {
      best = Math.min(best, 1 + slow(a.substring(2), b.substring(2)));
    }
    return best;
  }
}
