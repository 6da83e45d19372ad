package org.kronocyte.app;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.kronocyte.problem.ProblemException;

/** Writes small files so that a power cut leaves the old content or the new, never a mixture. */
final class AtomicFile {
  private AtomicFile() {}

  /** Replaces a file; its folder must exist. */
  static void write(Path file, byte[] content) throws ProblemException {
    Path next = file.resolveSibling("." + file.getFileName() + ".next");
    try {
      try (FileChannel channel =
          FileChannel.open(
              next,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        ByteBuffer rest = ByteBuffer.wrap(content);
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
        channel.force(true);
      }
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      sync(file.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw new ProblemException(
          "output_unwritable",
          file + " can't be written (" + e + ")",
          "check that the folder exists, its permissions and the free space",
          e);
    }
  }

  /** Makes a file's content, or the names in a folder, outlast a power cut. */
  static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
