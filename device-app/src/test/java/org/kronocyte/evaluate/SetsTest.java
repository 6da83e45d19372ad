package org.kronocyte.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.image.Box;
import org.kronocyte.image.ImageWriter;
import org.kronocyte.image.Natives;
import org.kronocyte.problem.ProblemException;

/** Sets as they lie on disk, made small. */
class SetsTest {
  private static final int WIDTH = 100;
  private static final int HEIGHT = 50;

  @TempDir private Path data;

  @BeforeAll
  static void load() throws Exception {
    Natives.load();
  }

  private static byte[] square(int left, int top, int side, int value, byte[] on) {
    for (int y = top; y < top + side; y++) {
      for (int x = left; x < left + side; x++) {
        on[y * WIDTH + x] = (byte) value;
      }
    }
    return on;
  }

  private static byte[] glass() {
    return new byte[WIDTH * HEIGHT];
  }

  private Path image(String folder, String stem, byte[] mask) throws Exception {
    ImageWriter.writeGrey(
        data.resolve(folder).resolve("masks/" + stem + ".png"), mask, WIDTH, HEIGHT);
    Path image = data.resolve(folder).resolve("images/" + stem + ".png");
    ImageWriter.writeGrey(image, glass(), WIDTH, HEIGHT);
    return image;
  }

  @Test
  void everyFifthFieldOfBccdIsHeldOut() throws Exception {
    for (String stem : List.of("BloodImage_00003", "BloodImage_00005", "BloodImage_00010")) {
      image("masks/bccd", stem, glass());
    }
    Files.writeString(
        data.resolve("masks/bccd/boxes.csv"),
        "image,label,xmin,ymin,xmax,ymax\nBloodImage_00005,WBC,2,3,12,23\nBloodImage_00005,RBC,1,1,4,4\n");
    TruthReader reader = new TruthReader(TruthSet.BCCD, data);
    assertEquals(3, reader.images(false).size());
    List<Path> held = reader.images(true);
    assertEquals(
        List.of("BloodImage_00005", "BloodImage_00010"), held.stream().map(Truth::stem).toList());
    assertEquals(List.of(new Box(2, 3, 10, 20)), reader.read(held.get(0)).boxes());
    assertEquals(List.of(), reader.read(held.get(1)).boxes());
  }

  @Test
  void boxesOfYoloAreSharesOfTheImage() throws Exception {
    Path image = image("fields/raabin", "a", glass());
    Path labels = Files.createDirectories(data.resolve("fields/raabin/labels"));
    Files.writeString(labels.resolve("a.txt"), "0 0.5 0.5 0.5 0.2\n1 0.1 0.1 0.1 0.1\n");
    TruthReader reader = new TruthReader(TruthSet.RAABIN, data);
    assertEquals(List.of(new Box(25, 20, 50, 10)), reader.read(image).boxes());
    Files.writeString(labels.resolve("a.txt"), "0 0.5 x\n");
    assertEquals("truth_invalid", code(() -> reader.read(image)));
  }

  @Test
  void boxesOfTheProgramsOwnTableAreOfItsImages() throws Exception {
    Path folder = data.resolve("fields/all_fields");
    for (String stem : List.of("4_15_1000_ALL", "unknown")) {
      ImageWriter.writeGrey(folder.resolve(stem + ".png"), glass(), WIDTH, HEIGHT);
    }
    TruthReader reader = new TruthReader(TruthSet.ALL_FIELDS, data);
    List<Path> images = reader.images(true);
    assertEquals(2, images.size());
    List<Box> boxes = reader.read(images.get(0)).boxes();
    assertEquals(3, boxes.size());
    assertEquals(new Box(86, 318, 46, 90), boxes.get(0));
    assertEquals(List.of(), reader.read(images.get(1)).boxes());
  }

  @Test
  void missingSetsAndForeignMasksAreNamed() throws Exception {
    assertEquals("truth_missing", code(() -> new TruthReader(TruthSet.BCCD, data)));
    TruthReader myeloma = new TruthReader(TruthSet.MYELOMA, data);
    assertEquals("truth_missing", code(() -> myeloma.images(true)));
    Path image = image("masks/myeloma", "7", square(1, 1, 9, 200, glass()));
    assertEquals("mask_invalid", code(() -> myeloma.read(image)));
  }

  private interface Call {
    void run() throws ProblemException;
  }

  private static String code(Call call) {
    return assertThrows(ProblemException.class, call::run).problem().code();
  }

  @Test
  void ofACropOnlyTheCellInTheMiddleIsJudged() throws Exception {
    Path image = image("masks/jtsc", "1", square(35, 10, 30, 1, glass()));
    byte[] found = square(35, 10, 30, 1, glass());
    square(70, 2, 30, 2, found);
    Score score = score(TruthSet.JTSC, image, found, List.of());
    assertEquals(1, score.cell().value().orElseThrow());
    assertEquals(0, score.cells().extra());
    assertEquals(1, score.cells().matched());
    Score none = score(TruthSet.JTSC, image, glass(), List.of());
    assertEquals(0, none.cell().value().orElseThrow());
    assertEquals(0, none.cells().matched());
  }

  private Score score(TruthSet set, Path image, byte[] mask, List<FoundCells.Cell> cells)
      throws ProblemException {
    Truth truth = new TruthReader(set, data).read(image);
    return new Comparison(set).of(truth, new FoundCells(mask, WIDTH, HEIGHT, cells));
  }

  @Test
  void writtenResultsAreReadWithAndWithoutTheirCells() throws Exception {
    Path image = image("masks/myeloma", "7", square(1, 1, 40, 1, glass()));
    Truth truth = new TruthReader(TruthSet.MYELOMA, data).read(image);
    Path results = data.resolve("results");
    ImageWriter.writeGrey(
        results.resolve("7.mask.png"), square(1, 1, 40, 2, glass()), WIDTH, HEIGHT);
    PredictionReader reader = new PredictionReader(results);
    assertEquals(List.of(), reader.read(truth).cells());
    Files.writeString(
        results.resolve("7.json"),
        "{\"cells\":[{\"bbox\":[1,2,3,4],\"label\":\"PLT\",\"status\":\"counted\"},"
            + "{\"bbox\":[1,2,3,4],\"status\":\"rejected\"},{\"bbox\":[5,6,7,8]}]}");
    assertEquals(
        List.of(
            new FoundCells.Cell(new Box(1, 2, 3, 4), false),
            new FoundCells.Cell(new Box(1, 2, 3, 4), false),
            new FoundCells.Cell(new Box(5, 6, 7, 8), true)),
        reader.read(truth).cells());
    Files.writeString(results.resolve("7.json"), "{\"cells\":[{}]}");
    assertEquals("prediction_invalid", code(() -> reader.read(truth)));
    ImageWriter.writeGrey(results.resolve("7.mask.png"), new byte[400], 20, 20);
    assertEquals("mask_size", code(() -> reader.read(truth)));
  }

  @Test
  void anImageWithoutResultIsAFailureAndTheOthersAreJudged() throws Exception {
    image("masks/myeloma", "7", square(1, 1, 40, 1, glass()));
    image("masks/myeloma", "8", square(1, 1, 40, 1, glass()));
    ImageWriter.writeGrey(
        data.resolve("results/8.mask.png"), square(1, 1, 38, 1, glass()), WIDTH, HEIGHT);
    SetScore score =
        new Evaluation(data, true)
            .run(
                TruthSet.MYELOMA,
                List.of(FolderContestant.of(data.resolve("results"))),
                (images, of) -> assertEquals(2, of))
            .get(0);
    assertEquals("results", score.contestant());
    assertEquals(List.of("8"), score.images().stream().map(ImageScore::image).toList());
    assertEquals(1, score.pooled().cells().matched());
    assertEquals("7", score.failures().get(0).image());
    assertEquals("image_unreadable", score.failures().get(0).problem().code());
  }

  @Test
  void setsAreNamed() {
    assertEquals(Optional.of(TruthSet.JTSC), TruthSet.named("JTSC"));
    assertEquals(Optional.empty(), TruthSet.named("lisc"));
    assertTrue(TruthSet.MYELOMA.heldOut("7"));
  }
}
