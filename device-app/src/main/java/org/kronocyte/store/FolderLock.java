package org.kronocyte.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.kronocyte.problem.ProblemException;

/**
 * Who owns a data folder: the process that holds the lock on a file in it. The system drops the
 * lock with the process, however that ends.
 */
final class FolderLock implements AutoCloseable {
  private static final String NAME = "owner.lock";
  private static final int MAX_PID_CHARS = 20;

  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Takes the lock, or says who has it. */
  static FolderLock take(Path folder, long pid) throws ProblemException {
    Path file = folder.resolve(NAME);
    try {
      Folders.createFile(file);
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try {
        if (tryLock(channel) == null) {
          throw new ProblemException(
              "data_folder_in_use",
              "another daemon (process " + holder(channel) + ") works on " + folder,
              "stop it first, or give this one a data folder of its own (data: dir)");
        }
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(Long.toString(pid).getBytes(StandardCharsets.UTF_8)), 0);
        return new FolderLock(channel);
      } catch (IOException | ProblemException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw new ProblemException(
          "store_unavailable",
          "the data folder " + folder + " can't be used (" + e + ")",
          "make it a folder that the user who runs this may write to, on a disk with room",
          e);
    }
  }

  /** Whether some process holds the folder. */
  static boolean isTaken(Path folder) throws ProblemException {
    Path file = folder.resolve(NAME);
    // Not !exists: that is also so in a folder this user may not enter.
    if (Files.notExists(file)) {
      return false;
    }
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      FileLock lock = tryLock(channel);
      return lock == null;
    } catch (IOException e) {
      throw closedTo(file, e);
    }
  }

  /** The problem of a user who isn't let in. */
  static ProblemException closedTo(Path file, IOException e) {
    return new ProblemException(
        "store_unavailable",
        file + " can't be looked at (" + e + ")",
        "run this as root or as the daemon's user, e.g. with sudo -u kronocyte",
        e);
  }

  /** Null if another has it, in this process or another. */
  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(MAX_PID_CHARS);
    channel.read(bytes, 0);
    String pid = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    return pid.matches("[0-9]+") ? pid : "unknown";
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
