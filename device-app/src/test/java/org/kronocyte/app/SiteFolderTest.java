package org.kronocyte.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kronocyte.model.ModelManifest;
import org.kronocyte.model.ModelPack;
import org.kronocyte.model.Packs;
import org.kronocyte.model.SiteCalibration;
import org.kronocyte.model.Sites;
import org.kronocyte.problem.Problem;
import org.kronocyte.problem.ProblemException;

class SiteFolderTest {
  private static ModelPack pack;

  @TempDir Path data;

  @BeforeAll
  static void load() throws Exception {
    pack = Packs.only(ModelManifest.Kind.CLASSIFIER);
  }

  /** The clock goes backwards: it names a calibration, but doesn't order them. */
  private static SiteCalibration site(int number) {
    return Sites.favouring(pack, 0, "2026-01-%02dT00:00:00Z".formatted(30 - number));
  }

  private static Optional<String> current(SiteFolder folder) throws ProblemException {
    return folder.current(pack.weightsSha256()).map(e -> e.site().id());
  }

  @Test
  void anUntouchedFolderHoldsNothing() throws Exception {
    SiteFolder folder = new SiteFolder(data);
    assertTrue(folder.entries().isEmpty());
    assertTrue(current(folder).isEmpty());
    assertTrue(folder.notes().refusal().isEmpty());
    assertEquals(0, folder.notes().recent().cells());
    ProblemException thrown =
        assertThrows(ProblemException.class, () -> folder.undo(Optional.empty()));
    assertEquals("no_site_calibration", thrown.problem().code());
  }

  @Test
  void undoingGoesBackOneByOneAndHolds() throws Exception {
    SiteFolder folder = new SiteFolder(data);
    folder.add(site(1));
    folder.add(site(2));
    assertEquals(site(2).id(), current(folder).orElseThrow());
    assertEquals(site(2).id(), folder.undo(Optional.of(pack.weightsSha256())).id());
    assertEquals(site(1).id(), current(new SiteFolder(data)).orElseThrow());
    assertTrue(folder.held(pack.weightsSha256()));
    assertTrue(folder.find(site(2).id()).isPresent(), "slides that began with it go on with it");
    folder.undo(Optional.empty());
    assertTrue(current(folder).isEmpty());
    assertEquals(2, folder.again());
    assertFalse(folder.held(pack.weightsSha256()));
    assertTrue(folder.entries().isEmpty());
  }

  @Test
  void anotherModelsCalibrationIsNotInUse() throws Exception {
    SiteFolder folder = new SiteFolder(data);
    folder.add(site(1));
    folder.add(Sites.favouring(pack, 0, "2026-02-01T00:00:00Z", "0".repeat(64), null));
    assertEquals(site(1).id(), current(folder).orElseThrow());
    assertTrue(folder.current("1".repeat(64)).isEmpty());
  }

  @Test
  void onlyAFewAreKeptAndDamagedOnesPassedOver() throws Exception {
    SiteFolder folder = new SiteFolder(data);
    for (int i = 1; i <= 9; i++) {
      folder.add(site(i));
    }
    assertEquals(6, folder.entries().size());
    assertEquals(site(9).id(), current(folder).orElseThrow());
    Files.writeString(folder.entries().get(0).file(), "{");
    assertEquals(site(8).id(), current(folder).orElseThrow());
    folder.add(site(10));
    assertEquals(site(10).id(), current(folder).orElseThrow());
  }

  @Test
  void aRefusalIsKeptUntilASuccess() throws Exception {
    SiteFolder folder = new SiteFolder(data);
    folder.notes().refused(new SiteNotes.Refusal("at", 160, new Problem("site_x", "what", "do")));
    SiteNotes.Refusal read = new SiteFolder(data).notes().refusal().orElseThrow();
    assertEquals(new SiteNotes.Refusal("at", 160, new Problem("site_x", "what", "do")), read);
    folder.add(site(1));
    assertTrue(folder.notes().refusal().isEmpty());
  }

  @Test
  void theRecentStainOutlastsARestart() throws Exception {
    SiteFolder folder = new SiteFolder(data);
    RecentStain stain = new RecentStain();
    stain.add(new double[] {10, 20, 30}, 160);
    folder.notes().recent(stain);
    double[] far = {40, 20, 30};
    assertEquals(
        stain.distance(far).orElseThrow(),
        folder.notes().recent().distance(far).orElseThrow(),
        1e-9);
    assertTrue(folder.notes().recent().distance(null).isEmpty());
  }
}
