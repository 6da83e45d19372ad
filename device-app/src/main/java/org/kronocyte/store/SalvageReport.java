package org.kronocyte.store;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * What was saved of a damaged database, kept beside it as {@code salvage.properties}.
 *
 * @param folder where the damaged database is, by name in the data folder
 * @param rowsSaved in all tables
 * @param tablesUnreadable in whole or in part, by name
 * @param fieldsLost as far as the slides know; their slides say that they aren't complete
 */
public record SalvageReport(
    String folder, long rowsSaved, List<String> tablesUnreadable, long fieldsLost) {
  static final String FILE = "salvage.properties";
  static final String PREFIX = "damaged-";

  public SalvageReport {
    tablesUnreadable = List.copyOf(tablesUnreadable);
  }

  /** For a person. */
  public String sentence() {
    return "a damaged database is in "
        + folder
        + ": "
        + rowsSaved
        + " rows were saved from it, "
        + tablesUnreadable.size()
        + " tables were not wholly readable"
        + (tablesUnreadable.isEmpty() ? "" : " (" + String.join(", ", tablesUnreadable) + ")")
        + ", "
        + fieldsLost
        + " fields are lost";
  }

  /**
   * The reports of all damaged databases of a data folder, oldest first; none where it can't be
   * looked at.
   *
   * @param data the data folder
   */
  public static List<SalvageReport> all(Path data) throws IOException {
    List<SalvageReport> reports = new ArrayList<>();
    if (Files.isDirectory(data)) {
      for (Path aside : folders(data)) {
        read(aside).ifPresent(reports::add);
      }
    }
    return reports;
  }

  /** The folders with a damaged database. */
  static List<Path> folders(Path data) throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(data, PREFIX + "*")) {
      for (Path entry : entries) {
        if (Files.exists(entry.resolve(Database.FILE))) {
          found.add(entry);
        }
      }
    }
    Collections.sort(found);
    return found;
  }

  /** Empty if the salvage isn't finished. */
  static Optional<SalvageReport> read(Path aside) throws IOException {
    Path file = aside.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Properties text = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      text.load(reader);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " is no report", e);
    }
    String tables = text.getProperty("tables_unreadable", "");
    return Optional.of(
        new SalvageReport(
            String.valueOf(aside.getFileName()),
            number(text, "rows_saved"),
            tables.isBlank() ? List.of() : List.of(tables.split(" ", -1)),
            number(text, "fields_lost")));
  }

  private static long number(Properties text, String name) {
    String value = text.getProperty(name, "");
    return value.matches("[0-9]{1,18}") ? Long.parseLong(value) : 0;
  }

  void write(Path aside) throws IOException {
    SafeFiles.replace(
        aside.resolve(FILE),
        "rows_saved="
            + rowsSaved
            + "\ntables_unreadable="
            + String.join(" ", tablesUnreadable)
            + "\nfields_lost="
            + fieldsLost
            + "\n");
  }
}
