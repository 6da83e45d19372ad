package org.kronocyte.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import org.kronocyte.config.yaml.ProblemList;

/** Refuses secrets that others on the machine can read or replace. */
final class SecretFile {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private SecretFile() {}

  /**
   * Notes a problem if the file isn't there or group or others have any right to it.
   *
   * @param key the key that names the file, for the message
   */
  static void check(Path file, String key, ProblemList problems) {
    try {
      if (!Files.isRegularFile(file)) {
        problems.add(
            "secret_missing", "'" + key + "': there is no file " + file, "create it, mode 0600");
        return;
      }
      Set<PosixFilePermission> rights = Files.getPosixFilePermissions(file);
      if (!OWNER_ONLY.containsAll(rights)) {
        problems.add(
            "secret_exposed",
            "'"
                + key
                + "': "
                + file
                + " has rights "
                + PosixFilePermissions.toString(rights)
                + ", so group or others can read or change it",
            "run 'chmod 600 " + file + "' and change the secret if others may have seen it");
      }
    } catch (IOException | UnsupportedOperationException e) {
      problems.add(
          "secret_exposed",
          "'" + key + "': can't tell who may read " + file + " (" + e + ")",
          "put the file on a file system with owner rights, mode 0600");
    }
  }
}
