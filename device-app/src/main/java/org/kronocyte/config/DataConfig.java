package org.kronocyte.config;

import java.nio.file.Path;
import java.time.Duration;
import org.kronocyte.config.yaml.Values;
import org.kronocyte.config.yaml.YamlSection;

/**
 * What the device keeps.
 *
 * @param dir absolute path of the folder for the database and the cause file; the only folder the
 *     daemon writes to
 * @param keep how long a finished and delivered slide stays, 1 d to 3650 d
 * @param secureDelete overwrite what is deleted
 * @param outboxMaxMb room for messages that wait for a connection, 1 to 100000 MiB; slide results
 *     may exceed it
 */
public record DataConfig(Path dir, Duration keep, boolean secureDelete, int outboxMaxMb) {
  public static final Path DEFAULT_DIR = Path.of("/var/lib/kronocyte");
  public static final Duration DEFAULT_KEEP = Duration.ofDays(180);
  public static final boolean DEFAULT_SECURE_DELETE = true;
  public static final int DEFAULT_OUTBOX_MAX_MB = 256;

  static DataConfig read(YamlSection in) {
    DataConfig data =
        new DataConfig(
            Values.path(in, "dir", DEFAULT_DIR.toString()).orElse(DEFAULT_DIR),
            Values.duration(in, "keep", Duration.ofDays(1), Duration.ofDays(3650), DEFAULT_KEEP)
                .orElse(DEFAULT_KEEP),
            Values.flag(in, "secure_delete", DEFAULT_SECURE_DELETE).orElse(DEFAULT_SECURE_DELETE),
            Values.integer(in, "outbox_max_mb", 1, 100_000, DEFAULT_OUTBOX_MAX_MB)
                .orElse(DEFAULT_OUTBOX_MAX_MB));
    in.finish();
    return data;
  }
}
