package org.kronocyte.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.kronocyte.camera.ImagePaths;
import org.kronocyte.problem.ProblemException;
import picocli.CommandLine.Parameters;

/** Files, folders and {@code @FILE} lists on the command line. */
final class InputPaths {
  @Parameters(
      arity = "1..*",
      paramLabel = "PATH",
      description = {
        "Images or folders; folders are walked in sorted order, hidden files passed over.",
        "@FILE stands for the paths listed in FILE, one a line."
      })
  private List<String> arguments;

  /** All images, in the order they are to be read. */
  List<ImagePaths.Entry> entries() throws ProblemException {
    List<Path> paths = new ArrayList<>();
    for (String argument : arguments) {
      if (argument.startsWith("@")) {
        paths.addAll(listed(Path.of(argument.substring(1))));
      } else {
        paths.add(path(argument));
      }
    }
    List<ImagePaths.Entry> entries = new ImagePaths().list(paths);
    if (entries.isEmpty()) {
      throw new ProblemException(
          "no_input",
          "no image was found in " + arguments,
          "name image files, or folders with .jpg, .png, .bmp or .tif files");
    }
    return entries;
  }

  private static List<Path> listed(Path list) throws ProblemException {
    List<Path> paths = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(list, StandardCharsets.UTF_8)) {
        if (!line.isBlank()) {
          paths.add(path(line.strip()));
        }
      }
      return paths;
    } catch (IOException e) {
      throw new ProblemException(
          "list_unreadable",
          "the list of paths " + list + " can't be read (" + e + ")",
          "give a UTF-8 text file with one path a line",
          e);
    }
  }

  private static Path path(String text) throws ProblemException {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new ProblemException(
          "path_invalid", "'" + text + "' is no path", "check for stray characters", e);
    }
  }
}
