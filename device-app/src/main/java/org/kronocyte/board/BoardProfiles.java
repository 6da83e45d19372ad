package org.kronocyte.board;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.kronocyte.config.yaml.Nearest;
import org.kronocyte.config.yaml.ProblemList;
import org.kronocyte.config.yaml.YamlFile;
import org.kronocyte.problem.ProblemException;

/** Finds board profiles: those of firmware-config by name, one's own by path. */
public final class BoardProfiles {
  /** The profiles that come with the program. */
  public static final List<String> SHIPPED = List.of("generic-x86", "raspberry-pi-5");

  private static final String FOLDER = "/org/kronocyte/firmware/boards/";

  private BoardProfiles() {}

  /**
   * Reads a profile.
   *
   * @param nameOrPath a name of {@link #SHIPPED} or an absolute path
   * @throws ProblemException if there is none or with everything that is wrong with it
   */
  public static BoardProfile load(String nameOrPath) throws ProblemException {
    ProblemList problems = new ProblemList("board profile " + nameOrPath);
    BoardProfile profile =
        BoardProfileReader.read(
            nameOrPath.startsWith("/")
                ? YamlFile.read(Path.of(nameOrPath), problems)
                : YamlFile.parse(shipped(nameOrPath), "board profile " + nameOrPath, problems));
    problems.throwIfAny();
    return profile;
  }

  /** The shipped profile made for a machine, if there is one. */
  public static Optional<BoardProfile> matching(Machine machine) throws ProblemException {
    for (String name : SHIPPED) {
      BoardProfile profile = load(name);
      if (profile.matches(machine)) {
        return Optional.of(profile);
      }
    }
    return Optional.empty();
  }

  private static byte[] shipped(String name) throws ProblemException {
    if (!SHIPPED.contains(name)) {
      String guess =
          Nearest.to(name, SHIPPED).map(nearest -> ", did you mean '" + nearest + "'?").orElse("");
      throw new ProblemException(
          "board_profile_unknown",
          "there is no board profile '" + name + "'" + guess,
          "write none, " + String.join(", ", SHIPPED) + " or the absolute path of your own");
    }
    try (InputStream in = BoardProfiles.class.getResourceAsStream(FOLDER + name + ".yaml")) {
      if (in == null) {
        throw new IllegalStateException("firmware-config isn't on the class path");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
