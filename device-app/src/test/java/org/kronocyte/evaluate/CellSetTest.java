package org.kronocyte.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.problem.ProblemException;

class CellSetTest {
  @TempDir private Path data;

  private Path write(String file, String text) throws IOException {
    Path path = data.resolve(file);
    Files.createDirectories(path.getParent());
    return Files.writeString(path, text);
  }

  @Test
  void rowsOfTheSplitAreTaken() throws Exception {
    write(
        "cells/split.csv",
        "path,label,source,split\nmarrow/a.jpg,BLA,marrow,test\nmarrow/b.jpg,LYT,marrow,val\n");
    Path cells = data.resolve("cells");
    assertEquals(
        List.of(new CellSet.Cell(cells.resolve("marrow/a.jpg"), "BLA", Set.of("BLA"))),
        CellSet.TEST.cells(data));
    assertEquals("LYT", CellSet.VAL.cells(data).get(0).truth());
  }

  /** A neutrophil may be called segmented or band. */
  @Test
  void foldersAndTablesGiveFiveClasses() throws Exception {
    for (String truth : List.of("neutrophil", "lymphocyte", "monocyte", "eosinophil", "basophil")) {
      write("cells/lisc/" + truth + "/x.png", "");
    }
    List<CellSet.Cell> lisc = CellSet.LISC.cells(data);
    assertEquals(5, lisc.size());
    assertEquals(Set.of("NGS", "NGB"), lisc.get(0).labels());
    write("masks/jtsc/labels.csv", "image,class\n7, 2\n12,5\n");
    Path images = data.resolve("masks/jtsc/images");
    assertEquals(
        List.of(
            new CellSet.Cell(images.resolve("007.jpg"), "lymphocyte", Set.of("LYT")),
            new CellSet.Cell(images.resolve("012.jpg"), "basophil", Set.of("BAS"))),
        CellSet.JTSC.cells(data));
  }

  /** The places come with the program. */
  @Test
  void cellsInFieldsHaveAPlace() throws Exception {
    Path images = data.resolve("fields/raabin/images");
    Files.createDirectories(images);
    List<CellSet.Cell> cells = CellSet.RAABIN.cells(data);
    assertEquals(191, cells.size());
    CellSet.Cell monocyte =
        new CellSet.Cell(
            images.resolve("95-8-12-2_105_1.jpg"),
            Optional.of(new CellSet.Place(178.0, 186.7)),
            "monocyte",
            Set.of("MON"));
    assertTrue(cells.contains(monocyte), cells.toString());
  }

  @Test
  void aMissingOrEmptySetIsSaidToBe() throws Exception {
    for (CellSet set : CellSet.values()) {
      ProblemException thrown = assertThrows(ProblemException.class, () -> set.cells(data));
      assertEquals("truth_missing", thrown.problem().code());
    }
    write("cells/split.csv", "path,label,source,split\n");
    assertThrows(ProblemException.class, () -> CellSet.TEST.cells(data));
  }
}
