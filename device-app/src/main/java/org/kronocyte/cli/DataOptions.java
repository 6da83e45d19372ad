package org.kronocyte.cli;

import java.nio.file.Path;
import org.kronocyte.app.ConfiguredStation;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.store.Database;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Which data folder a command works on. */
final class DataOptions {
  @ArgGroup(multiplicity = "1")
  private Place place;

  /** One of two ways to say it. */
  static final class Place {
    @Option(
        names = "--config",
        paramLabel = "FILE",
        description = "The daemon's configuration; its data folder is used.")
    private Path config;

    @Option(names = "--data", paramLabel = "DIR", description = "The daemon's data folder.")
    private Path data;
  }

  Path folder() throws ProblemException {
    return place.config == null ? place.data : ConfiguredStation.read(place.config).data().dir();
  }

  /** The database beside the daemon that may work on it. */
  Database visit() throws ProblemException {
    return Database.visit(folder(), Database.Settings.STANDARD);
  }
}
