package org.kronocyte.camera;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.kronocyte.problem.Problem;

/**
 * Finds the images that a list of files and folders stands for.
 *
 * <p>Folders are walked to any depth, names in sorted order; hidden files and folders are passed
 * over, as is whatever has no image suffix. A file named explicitly is taken whatever it is called.
 * Links are followed; a folder that contains itself by a link is entered once. Thread-safe.
 */
public final class ImagePaths {
  private static final Set<String> SUFFIXES = Set.of("jpg", "jpeg", "png", "bmp", "tif", "tiff");

  private final FolderLister lister;

  /** What is in a folder; passed in so that a test can refuse it. */
  @FunctionalInterface
  interface FolderLister {
    List<Path> list(Path folder) throws IOException;
  }

  /**
   * One image, or one folder that can't be read.
   *
   * @param path as reached from the argument: a relative argument gives a relative path
   * @param argument the file or folder it was reached from
   * @param problem {@code folder_unreadable} if the path is a folder that can't be read; empty for
   *     an image (which may still turn out to be none)
   */
  public record Entry(Path path, Path argument, Optional<Problem> problem) {}

  public ImagePaths() {
    this(ImagePaths::children);
  }

  ImagePaths(FolderLister lister) {
    this.lister = lister;
  }

  /** All images under the arguments, argument after argument, without opening any. */
  public List<Entry> list(List<Path> arguments) {
    List<Entry> found = new ArrayList<>();
    for (Path argument : arguments) {
      if (Files.isDirectory(argument)) {
        walk(argument, argument, List.of(), found);
      } else {
        found.add(new Entry(argument, argument, Optional.empty()));
      }
    }
    return found;
  }

  private void walk(Path folder, Path argument, List<Path> ancestors, List<Entry> found) {
    List<Path> children;
    List<Path> chain = new ArrayList<>(ancestors);
    try {
      Path real = folder.toRealPath();
      if (chain.contains(real)) {
        return;
      }
      chain.add(real);
      children = new ArrayList<>(lister.list(folder));
    } catch (IOException e) {
      found.add(new Entry(folder, argument, Optional.of(unreadable(folder, e))));
      return;
    }
    children.sort(Comparator.comparing(child -> child.getFileName().toString()));
    for (Path child : children) {
      if (child.getFileName().toString().startsWith(".")) {
        continue;
      }
      if (Files.isDirectory(child)) {
        walk(child, argument, chain, found);
      } else if (hasImageSuffix(child)) {
        found.add(new Entry(child, argument, Optional.empty()));
      }
    }
  }

  private static List<Path> children(Path folder) throws IOException {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      for (Path child : stream) {
        children.add(child);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return children;
  }

  private static boolean hasImageSuffix(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return SUFFIXES.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT)) && dot >= 0;
  }

  private static Problem unreadable(Path folder, IOException why) {
    return new Problem(
        "folder_unreadable",
        "folder " + folder + " can't be listed (" + why + ")",
        "check the folder's permissions and the medium");
  }
}
