package org.kronocyte.config.yaml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.kronocyte.problem.Problem;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * The keys of one level of a file. Fetching a key makes it known; {@link #finish()} then reports
 * every key nobody fetched, so the list of valid keys can't differ from what is read. A wrong value
 * is noted and counts as absent. One thread.
 */
public final class YamlSection {
  private static final int LONGEST_SHOWN = 60;

  private final String path;
  private final int line;
  private final Map<String, NodeTuple> entries = new LinkedHashMap<>();
  private final Set<String> known = new LinkedHashSet<>();
  private final ProblemList problems;

  YamlSection(String path, int line, List<NodeTuple> tuples, ProblemList problems) {
    this.path = path;
    this.line = line;
    this.problems = problems;
    for (NodeTuple tuple : tuples) {
      add(tuple);
    }
  }

  static YamlSection of(String path, MappingNode node, ProblemList problems) {
    return new YamlSection(path, YamlFile.line(node.getStartMark()), node.getValue(), problems);
  }

  private void add(NodeTuple tuple) {
    int at = YamlFile.line(tuple.getKeyNode().getStartMark());
    if (!(tuple.getKeyNode() instanceof ScalarNode scalar)) {
      problems.add(
          "config_value", "a key at line " + at + " isn't a word", "write 'key: value' there");
      return;
    }
    NodeTuple first = entries.putIfAbsent(scalar.getValue(), tuple);
    if (first != null) {
      problems.add(
          "config_duplicate_key",
          "key '"
              + full(scalar.getValue())
              + "' at line "
              + at
              + " is there already at line "
              + YamlFile.line(first.getKeyNode().getStartMark()),
          "keep one of them");
    }
  }

  /** Where errors found by the caller go. */
  public ProblemList problems() {
    return problems;
  }

  /** The key with the keys around it, e.g. {@code camera.device}. */
  public String full(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** Whether the key is written, even with no value or a wrong one. Makes the key known. */
  public boolean has(String key) {
    known.add(key);
    return entries.containsKey(key);
  }

  /** The line of the key, or of the section if the key isn't there; counts from 1. */
  public int line(String key) {
    NodeTuple tuple = entries.get(key);
    return tuple == null ? line : YamlFile.line(tuple.getKeyNode().getStartMark());
  }

  /** The section under a key; without keys if it is absent, empty or no section. */
  public YamlSection section(String key) {
    known.add(key);
    NodeTuple tuple = entries.get(key);
    if (tuple != null && tuple.getValueNode() instanceof MappingNode mapping) {
      return of(full(key), mapping, problems);
    }
    if (tuple != null && !Tag.NULL.equals(tuple.getValueNode().getTag())) {
      wrong(key, describe(tuple.getValueNode()), "a section with keys", key + ":\n    name: value");
    }
    return new YamlSection(full(key), line(key), List.of(), problems);
  }

  /** A list of words; empty if the key is absent. */
  public List<String> words(String key, String example) {
    known.add(key);
    NodeTuple tuple = entries.get(key);
    if (tuple == null) {
      return List.of();
    }
    List<String> words = new ArrayList<>();
    if (tuple.getValueNode() instanceof SequenceNode sequence) {
      for (Node item : sequence.getValue()) {
        if (item instanceof ScalarNode scalar && !scalar.getValue().isBlank()) {
          words.add(scalar.getValue());
        } else {
          wrong(key, describe(item) + " in the list", "a list of words", key + ": " + example);
        }
      }
    } else {
      wrong(key, describe(tuple.getValueNode()), "a list of words", key + ": " + example);
    }
    return List.copyOf(words);
  }

  /**
   * A value of one line.
   *
   * @param expected what it must be, for messages, e.g. {@code a whole number from 1 to 8}
   * @param example a right value as written in the file
   * @param parser the value, or empty if the text isn't right
   * @return empty if the key is absent or its value is wrong, which is then noted
   */
  public <T> Optional<T> value(
      String key, String expected, String example, Function<String, Optional<T>> parser) {
    known.add(key);
    NodeTuple tuple = entries.get(key);
    if (tuple == null) {
      return Optional.empty();
    }
    Node node = tuple.getValueNode();
    if (node instanceof ScalarNode scalar && !Tag.NULL.equals(node.getTag())) {
      Optional<T> parsed = parser.apply(scalar.getValue());
      if (parsed.isPresent()) {
        return parsed;
      }
    }
    wrong(key, describe(node), expected, key + ": " + example);
    return Optional.empty();
  }

  /** Notes that a key must be there. */
  public void require(String key, String expected, String example) {
    if (!has(key)) {
      problems.add(
          "config_missing_key",
          "key '"
              + full(key)
              + "' is missing"
              + (line > 0 ? " (section at line " + line + ")" : ""),
          "add '" + key + ": " + example + "', " + expected);
    }
  }

  private void wrong(String key, String seen, String expected, String example) {
    problems.add(
        "config_value",
        "'" + full(key) + "' at line " + line(key) + " is " + seen + ", expected " + expected,
        "write for example '" + example + "'");
  }

  /** Notes every key that was never asked for. Call when all keys were fetched. */
  public void finish() {
    for (String key : entries.keySet()) {
      if (!known.contains(key)) {
        problems.add(unknown(key));
      }
    }
  }

  private Problem unknown(String key) {
    String guess =
        Nearest.to(key, known).map(nearest -> ", did you mean '" + nearest + "'?").orElse("");
    return new Problem(
        "config_unknown_key",
        "unknown key '" + shorten(full(key)) + "' at line " + line(key) + guess,
        "known here: " + String.join(", ", known));
  }

  static String describe(Node node) {
    if (node instanceof MappingNode) {
      return "a section";
    }
    if (node instanceof SequenceNode) {
      return "a list";
    }
    String text = ((ScalarNode) node).getValue();
    return text.isEmpty() ? "empty" : "'" + shorten(text) + "'";
  }

  static String shorten(String text) {
    String oneLine = text.replaceAll("\\p{Cntrl}", " ");
    return oneLine.length() <= LONGEST_SHOWN ? oneLine : oneLine.substring(0, LONGEST_SHOWN) + "…";
  }
}
