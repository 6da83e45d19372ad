package org.kronocyte.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.classify.CellClass;
import org.kronocyte.classify.ClassifiedCell;
import org.kronocyte.image.Box;
import org.kronocyte.publish.SchemaCheck;
import org.kronocyte.segment.SecondLook;
import org.kronocyte.segment.SecondOpinion;
import org.kronocyte.slide.FieldResult;
import org.kronocyte.slide.SlidePlan;
import org.kronocyte.slide.SlideRecord;
import org.kronocyte.slide.SlideStore;
import org.kronocyte.slide.Specimen;
import org.kronocyte.store.Database;

class SlideExportTest {
  @TempDir Path dir;

  private JsonNode export(List<FieldResult> fields) throws Exception {
    try (Database database = Database.own(dir.resolve("data"), Database.Settings.STANDARD)) {
      SlidePlan plan =
          new SlidePlan(
              "s",
              Specimen.BLOOD,
              Optional.empty(),
              TestFrames.NOON,
              9,
              List.of(CellClass.values()),
              Optional.empty());
      SlideRecord slide = database.write(tx -> SlideStore.create(tx, plan));
      database.write(
          tx -> {
            for (int i = 0; i < fields.size(); i++) {
              SlideStore.addField(tx, slide.key(), i + 1, fields.get(i), TestFrames.thumbnail(i));
            }
            return null;
          });
      SlideExport.write(database, slide, dir.resolve("usb"));
    }
    return SchemaCheck.assertValid(Files.readString(dir.resolve("usb/s.json")));
  }

  private static FieldResult lookedAt(SecondLook look) {
    FieldResult plain = TestFrames.result("f");
    ClassifiedCell cell = plain.cells().get(0);
    return new FieldResult(
        plain.origin(),
        plain.capturedAt(),
        plain.width(),
        plain.height(),
        plain.scale(),
        plain.quality(),
        List.of(new ClassifiedCell(cell.cell().with(look), cell.verdict())),
        Optional.of(new SecondOpinion(List.of(look), List.of(new Box(1, 2, 3, 4)))));
  }

  @Test
  void theSecondEnginesOpinionIsExported() throws Exception {
    JsonNode json =
        export(
            List.of(
                lookedAt(SecondLook.UNSEEN),
                TestFrames.result("g"),
                lookedAt(SecondLook.AGREES),
                lookedAt(SecondLook.UNSEEN)));
    assertEquals(
        "{\"fields\":3,\"agrees\":1,\"differs\":0,\"unseen\":2,\"only_second\":3}",
        json.get("second_opinion").toString());
    List<String> cells = Files.readAllLines(dir.resolve("usb/s.cells.csv"));
    assertTrue(cells.get(0).endsWith(",touches_edge,second_opinion"), cells.get(0));
    assertTrue(cells.get(1).endsWith(",false,unseen"), cells.get(1));
    assertTrue(cells.get(2).endsWith(",false,"), cells.get(2));
    assertTrue(cells.get(3).endsWith(",false,agrees"), cells.get(3));
  }

  @Test
  void noSecondEngineIsNoOpinion() throws Exception {
    assertFalse(export(List.of(TestFrames.result("f"))).has("second_opinion"));
  }
}
