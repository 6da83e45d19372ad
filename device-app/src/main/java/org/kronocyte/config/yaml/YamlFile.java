package org.kronocyte.config.yaml;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.kronocyte.problem.ProblemException;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Opens a YAML file as a tree of {@link YamlSection}s.
 *
 * <p>Only the part of YAML that a settings file needs is let in: one document of at most {@value
 * #MAX_BYTES} bytes of UTF-8, at most {@value #MAX_DEPTH} levels deep, no aliases or tags. So
 * nothing in the file can name a class or grow while it is read.
 */
public final class YamlFile {
  static final int MAX_BYTES = 64 * 1024;
  static final int MAX_DEPTH = 8;

  private YamlFile() {}

  /**
   * Reads a file.
   *
   * @param problems takes the problems found later, while values are fetched
   * @return the outermost section; an empty file is a section without keys
   * @throws ProblemException if there is no such file or it isn't acceptable YAML at all
   */
  public static YamlSection read(Path file, ProblemList problems) throws ProblemException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (IOException e) {
      throw new ProblemException(
          "config_unreadable",
          "can't read " + file + " (" + e.getClass().getSimpleName() + ")",
          "check that the file exists and that this user may read it",
          e);
    }
    return parse(bytes, file.toString(), problems);
  }

  /**
   * Reads the bytes of a file.
   *
   * @param name how the file is called in messages
   */
  public static YamlSection parse(byte[] bytes, String name, ProblemList problems)
      throws ProblemException {
    if (bytes.length > MAX_BYTES) {
      throw new ProblemException(
          "config_too_large",
          name + " is larger than " + MAX_BYTES + " bytes",
          "a settings file has a few kilobytes; check that it is the right file");
    }
    String text = decode(bytes, name);
    LoadSettings settings = LoadSettings.builder().setLabel(name).setUseMarks(true).build();
    try {
      checkEvents(new Parse(settings).parseString(text), name);
      Optional<Node> root = new Compose(settings).composeString(text);
      if (root.isEmpty() || Tag.NULL.equals(root.get().getTag())) {
        return new YamlSection("", 1, List.of(), problems);
      }
      if (root.get() instanceof MappingNode mapping) {
        return YamlSection.of("", mapping, problems);
      }
      throw new ProblemException(
          "config_syntax",
          name + " is " + YamlSection.describe(root.get()) + ", not keys with values",
          "write lines such as 'device:' and, indented by two spaces, 'site: clinic-1'");
    } catch (MarkedYamlEngineException e) {
      throw syntaxProblem(name, text, e);
    } catch (YamlEngineException e) {
      throw new ProblemException(
          "config_syntax", name + " isn't YAML: " + e.getMessage(), "correct the file", e);
    }
  }

  private static String decode(byte[] bytes, String name) throws ProblemException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new ProblemException(
          "config_syntax", name + " isn't UTF-8 text", "save the file as UTF-8", e);
    }
  }

  /** Runs before the tree is built, because building it recurses. */
  private static void checkEvents(Iterable<Event> events, String name) throws ProblemException {
    int depth = 0;
    int documents = 0;
    for (Event event : events) {
      int line = line(event.getStartMark());
      switch (event.getEventId()) {
        case Alias ->
            throw new ProblemException(
                "config_alias",
                name + " has an alias (*" + aliasName(event) + ") at line " + line,
                "write the value out; anchors and aliases aren't used here");
        case DocumentStart -> documents++;
        case MappingStart, SequenceStart -> {
          depth++;
          checkTag(((CollectionStartEvent) event).getTag(), name, line);
        }
        case Scalar -> checkTag(((ScalarEvent) event).getTag(), name, line);
        case MappingEnd, SequenceEnd -> depth--;
        default -> {
          // Comments and the ends of stream and document need no check.
        }
      }
      if (documents > 1) {
        throw new ProblemException(
            "config_syntax",
            name + " has a second document ('---') at line " + line,
            "keep one document in the file");
      }
      if (depth > MAX_DEPTH) {
        throw new ProblemException(
            "config_too_deep",
            name + " is nested more than " + MAX_DEPTH + " levels deep at line " + line,
            "settings have two levels; check the indentation and brackets");
      }
    }
  }

  private static void checkTag(Optional<String> tag, String name, int line)
      throws ProblemException {
    if (tag.isPresent()) {
      throw new ProblemException(
          "config_tag",
          name + " has the tag '" + YamlSection.shorten(tag.get()) + "' at line " + line,
          "write the plain value; tags aren't used here");
    }
  }

  private static String aliasName(Event event) {
    return ((AliasEvent) event).getAlias().getValue();
  }

  private static ProblemException syntaxProblem(
      String name, String text, MarkedYamlEngineException e) {
    int line = line(e.getProblemMark());
    String[] lines = text.split("\n", -1);
    String seen = line >= 1 && line <= lines.length ? lines[line - 1] : "";
    boolean tab = seen.indexOf('\t') >= 0;
    String where = " at line " + line + ": '" + YamlSection.shorten(seen.strip()) + "'";
    return new ProblemException(
        "config_syntax",
        name + (tab ? " has a tab" : " isn't YAML: " + e.getProblem()) + where,
        tab
            ? "indent with spaces; YAML doesn't allow tabs"
            : "check indentation, colons and quotes there",
        e);
  }

  static int line(Optional<Mark> mark) {
    return mark.map(m -> m.getLine() + 1).orElse(0);
  }
}
