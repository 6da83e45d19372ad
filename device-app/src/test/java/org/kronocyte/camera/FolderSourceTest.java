package org.kronocyte.camera;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kronocyte.image.Frame;
import org.kronocyte.problem.ProblemException;

class FolderSourceTest extends FrameSourceContract {
  @Override
  FrameSource source() throws IOException {
    for (int i = 0; i < 3; i++) {
      image("s/" + i + ".png");
    }
    return new FolderSource(List.of(folder.resolve("s")));
  }

  @Override
  FrameSource sourceWithABadItem() throws IOException {
    image("b/0.png");
    Files.writeString(folder.resolve("b/1.jpg"), "no image");
    image("b/2.png");
    return new FolderSource(List.of(folder.resolve("b")));
  }

  @Test
  void walksInSortedOrderPastHiddenAndOtherFiles() throws Exception {
    for (String name :
        List.of(
            "w/b.PNG", "w/a/z.jpeg", "w/a/k.tiff", "w/c.Jpg", "w/.hidden.png", "w/.git/x.png")) {
      image(name);
    }
    Files.writeString(folder.resolve("w/notes.txt"), "x");
    Files.writeString(folder.resolve("w/png"), "x");
    Files.createDirectories(folder.resolve("w/empty.png"));
    assertEquals(List.of("w/a/k.tiff", "w/a/z.jpeg", "w/b.PNG", "w/c.Jpg"), listed("w"));
  }

  @Test
  void aFileNamedExplicitlyIsTakenWhateverItsName() throws Exception {
    image(".odd.name");
    try (FrameSource source = new FolderSource(List.of(folder.resolve(".odd.name")));
        Frame frame = source.next(SECOND).orElseThrow()) {
      assertEquals(folder.resolve(".odd.name").toString(), frame.origin().name());
    }
  }

  @Test
  void aRelativeArgumentGivesRelativeNames() throws Exception {
    image("r/x.png");
    Path relative = Path.of("").toAbsolutePath().relativize(folder.resolve("r").toAbsolutePath());
    try (FrameSource source = new FolderSource(List.of(relative));
        Frame frame = source.next(SECOND).orElseThrow()) {
      assertEquals(relative.resolve("x.png").toString(), frame.origin().name());
      assertFalse(Path.of(frame.origin().name()).isAbsolute());
    }
  }

  @Test
  void anUnreadableFolderIsAProblemAndTheWalkGoesOn() throws Exception {
    image("u/a.png");
    image("u/locked/b.png");
    image("u/z.png");
    ImagePaths paths =
        new ImagePaths(
            at -> {
              if (at.endsWith("locked")) {
                throw new AccessDeniedException(at.toString());
              }
              try (var files = Files.list(at)) {
                return files.toList();
              }
            });
    try (FrameSource source = new FolderSource(List.of(folder.resolve("u")), paths)) {
      source.next(SECOND).orElseThrow().close();
      ProblemException e = assertThrows(ProblemException.class, () -> source.next(SECOND));
      assertEquals("folder_unreadable", e.problem().code());
      assertTrue(e.problem().message().contains("locked"), e.problem().message());
      source.next(SECOND).orElseThrow().close();
      assertTrue(source.exhausted());
    }
  }

  @Test
  void aFolderThatLinksToItselfIsWalkedOnce() throws Exception {
    image("l/a.png");
    Files.createSymbolicLink(folder.resolve("l/again"), folder.resolve("l"));
    assertEquals(List.of("l/a.png"), listed("l"));
  }

  @Test
  void aMissingArgumentIsAProblem() {
    FrameSource source = new FolderSource(List.of(folder.resolve("nowhere")));
    ProblemException e = assertThrows(ProblemException.class, () -> source.next(SECOND));
    assertEquals("image_unreadable", e.problem().code());
    assertTrue(source.exhausted());
  }

  private List<String> listed(String under) {
    List<String> names = new ArrayList<>();
    for (ImagePaths.Entry entry : new ImagePaths().list(List.of(folder.resolve(under)))) {
      names.add(folder.relativize(entry.path()).toString());
    }
    return names;
  }

  private void image(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, TestImages.encoded("png", 20, 20, name.hashCode()));
  }
}
