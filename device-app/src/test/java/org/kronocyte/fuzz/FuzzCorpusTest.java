package org.kronocyte.fuzz;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.kronocyte.config.ConfigFuzz;
import org.kronocyte.image.ImageHeaderFuzz;
import org.kronocyte.model.ManifestFuzz;
import org.kronocyte.publish.command.CommandFuzz;

/**
 * Every input that fuzzing kept, and some noise made of it, once more on each parser of outside
 * bytes. {@code deploy/harness/fuzz.sh} looks for new ones with Jazzer.
 */
class FuzzCorpusTest {
  private static final Path CORPUS = Path.of("src/test/fuzz");
  private static final int NOISE = 2_000;

  private static final Map<String, Consumer<byte[]>> TARGETS =
      new TreeMap<>(
          Map.of(
              "command", CommandFuzz::fuzzerTestOneInput,
              "config", ConfigFuzz::fuzzerTestOneInput,
              "manifest", ManifestFuzz::fuzzerTestOneInput,
              "image", ImageHeaderFuzz::fuzzerTestOneInput));

  private static List<Path> corpus(String target) throws IOException {
    try (Stream<Path> files = Files.list(CORPUS.resolve(target))) {
      return files.sorted().toList();
    }
  }

  @TestFactory
  List<DynamicTest> keptInputIsReadOrRefused() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (Map.Entry<String, Consumer<byte[]>> target : TARGETS.entrySet()) {
      for (Path file : corpus(target.getKey())) {
        byte[] input = Files.readAllBytes(file);
        tests.add(
            DynamicTest.dynamicTest(
                target.getKey() + "/" + file.getFileName(),
                () ->
                    assertTimeoutPreemptively(
                        Duration.ofSeconds(5), () -> target.getValue().accept(input))));
      }
    }
    return tests;
  }

  @TestFactory
  List<DynamicTest> noiseIsReadOrRefused() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (Map.Entry<String, Consumer<byte[]>> target : TARGETS.entrySet()) {
      List<byte[]> seeds = new ArrayList<>();
      for (Path file : corpus(target.getKey())) {
        seeds.add(Files.readAllBytes(file));
      }
      tests.add(
          DynamicTest.dynamicTest(
              target.getKey(),
              () -> {
                Random random = new Random(20_261_122);
                for (int i = 0; i < NOISE; i++) {
                  target
                      .getValue()
                      .accept(mutated(seeds.get(random.nextInt(seeds.size())), random));
                }
              }));
    }
    return tests;
  }

  private static byte[] mutated(byte[] seed, Random random) {
    byte[] copy = seed.clone();
    for (int i = random.nextInt(8); i >= 0 && copy.length > 0; i--) {
      copy[random.nextInt(copy.length)] = (byte) random.nextInt(256);
    }
    return random.nextInt(4) == 0 ? Arrays.copyOf(copy, random.nextInt(copy.length + 1)) : copy;
  }

  @Test
  void corpusStaysSmall() throws IOException {
    long bytes = 0;
    for (String target : TARGETS.keySet()) {
      List<Path> files = corpus(target);
      assertTrue(files.size() >= 3 && files.size() <= 200, target + " has " + files.size());
      for (Path file : files) {
        bytes += Files.size(file);
      }
    }
    assertTrue(bytes < 600_000, bytes + " bytes");
  }
}
