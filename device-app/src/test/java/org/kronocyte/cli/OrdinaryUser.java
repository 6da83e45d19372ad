package org.kronocyte.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs commands in processes that permissions hold for, also where tests run as root. */
final class OrdinaryUser {
  private static final Logger LOG = LoggerFactory.getLogger(OrdinaryUser.class);

  private OrdinaryUser() {}

  /**
   * Runs a command line as it was typed; a file nobody may read is closed to it, whoever owns it.
   */
  static Shell run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(withoutPowers());
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(Kronocyte.class.getName());
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile("out", ".txt");
    Path err = Files.createTempFile("err", ".txt");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      assertTrue(process.waitFor(60, TimeUnit.SECONDS));
      return new Shell(process.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  private static List<String> withoutPowers() {
    if (!System.getProperty("user.name").equals("root")) {
      return List.of();
    }
    boolean can = Files.isExecutable(Path.of("/usr/bin/setpriv"));
    if (!can) {
      LOG.warn("SKIPPED: tests run as root, and there is no setpriv to give its powers away");
    }
    assumeTrue(can, "root may read everything and there is no setpriv");
    // Root without capabilities is held by permissions like anybody.
    return List.of("/usr/bin/setpriv", "--inh-caps=-all", "--bounding-set=-all");
  }
}
