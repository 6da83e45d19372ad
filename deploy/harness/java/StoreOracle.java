import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Looks into a copy of a data folder by plain SQL, and compares it with what was reported. Works on a
 * copy so that the daemon itself does the recovery.
 */
final class StoreOracle {
  private static final ObjectMapper JSON = new ObjectMapper();

  private StoreOracle() {}

  /** Copies the database's files, without the shared-memory index, as after a loss of power. */
  static Path copy(Path data, Path to) throws IOException {
    Files.createDirectories(to);
    for (String suffix : List.of("", "-wal", "-shm")) {
      Path file = to.resolve("kronocyte.db" + suffix);
      Files.deleteIfExists(file);
      Path from = data.resolve("kronocyte.db" + suffix);
      if (!suffix.equals("-shm") && Files.exists(from)) {
        Files.copy(from, file, StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return to.resolve("kronocyte.db");
  }

  /**
   * All that is wrong, as sentences. Results that an earlier check found right are recounted only
   * after {@link Reports#recheck}.
   *
   * @param messages whether MQTT was on: then each stored field's message arrived or waits
   */
  static List<String> check(Path database, Reports reports, boolean messages) throws SQLException {
    List<String> faults = new ArrayList<>(reports.faults());
    try (Connection db = DriverManager.getConnection("jdbc:sqlite:" + database)) {
      expect(faults, "ok", text(db, "PRAGMA integrity_check(1)"), "integrity");
      if (number(db, "PRAGMA user_version") == 0) {
        if (reports.fieldsReported() > 0) {
          faults.add("the database is empty, " + reports.fieldsReported() + " fields were reported");
        }
        return faults;
      }
      expect(
          faults,
          number(db, "SELECT count(*) FROM outbox"),
          number(db, "SELECT value FROM counter WHERE name = 'outbox_messages'"),
          "counter of waiting messages");
      expect(
          faults,
          number(db, "SELECT coalesce(sum(length(CAST(json AS BLOB))), 0) FROM outbox"),
          number(db, "SELECT value FROM counter WHERE name = 'outbox_bytes'"),
          "counter of waiting bytes");
      Map<String, Reports.Slide> slides = reports.slides();
      for (Map.Entry<String, Reports.Slide> reported : slides.entrySet()) {
        slide(db, reported.getKey(), reported.getValue(), messages, faults);
      }
      expect(
          faults, 0, number(db, "SELECT count(*) FROM pragma_foreign_key_check"), "orphaned rows");
      if (faults.isEmpty()) {
        reports.checked(slides);
      }
    }
    return faults;
  }

  private static void slide(
      Connection db, String id, Reports.Slide reported, boolean messages, List<String> faults)
      throws SQLException {
    long key = number(db, "SELECT coalesce(max(key), 0) FROM slide WHERE id = ?", id);
    if (key == 0) {
      faults.add("slide " + id + " was reported and is gone");
      return;
    }
    long fields = number(db, "SELECT count(*) FROM field WHERE slide = ?", key);
    if (fields < reported.fields) {
      faults.add(
          "slide " + id + ": " + reported.fields + " fields reported, " + fields + " stored: LOST");
    }
    expect(
        faults,
        fields,
        number(db, "SELECT coalesce(max(number), 0) FROM field WHERE slide = ?", key),
        id + ": numbers without a gap");
    expect(
        faults,
        fields,
        number(db, "SELECT count(DISTINCT origin) FROM field WHERE slide = ?", key),
        id + ": places counted once");
    String state = text(db, "SELECT state FROM slide WHERE key = ?", key);
    if (reported.finished && !state.equals("finished")) {
      faults.add("slide " + id + " was reported as finished and is " + state);
    }
    long revision = number(db, "SELECT revision FROM slide WHERE key = ?", key);
    if (revision < reported.revision) {
      faults.add(id + ": revision " + reported.revision + " reported, " + revision + " stored");
    }
    for (Map.Entry<Integer, Reports.FieldMessage> message : reported.fieldMessages.entrySet()) {
      expect(
          faults,
          message.getValue().cells(),
          number(
              db,
              "SELECT count(*) FROM cell WHERE slide = ? AND field = ?",
              key,
              message.getKey()),
          id + "/" + message.getKey() + ": cells of message and store");
    }
    for (Map.Entry<Integer, JsonNode> result : reported.results.entrySet()) {
      if (result.getKey() > reported.checkedRevision) {
        tally(db, key, id, result.getValue(), faults);
      }
    }
    if (messages) {
      waiting(db, key, id, fields, revision, reported, faults);
    }
  }

  /** Counted again by SQL from the cells of the fields the result speaks of. */
  private static void tally(
      Connection db, long key, String id, JsonNode result, List<String> faults)
      throws SQLException {
    int fields = result.get("fields").asInt();
    String what = id + " revision " + result.get("revision") + ": ";
    String cells = "SELECT count(*) FROM cell WHERE slide = ? AND field <= ? ";
    String inside = cells + "AND NOT touches_edge ";
    expect(faults, number(db, cells, key, fields), result.get("cells_found").asInt(), what + "found");
    expect(
        faults,
        number(db, cells + "AND touches_edge", key, fields),
        result.get("touching_edge").asInt(),
        what + "at the edge");
    expect(
        faults,
        number(db, inside + "AND status = 'UNCERTAIN'", key, fields),
        result.get("uncertain").asInt(),
        what + "uncertain");
    long blood = result.get("specimen").asText().equals("blood") ? 1 : 0;
    expect(
        faults,
        number(
            db, inside + "AND status = 'COUNTED' AND NOT (label = 'EBO' AND ?)", key, fields, blood),
        result.get("counted").asInt(),
        what + "counted");
    long rejected = 0;
    for (JsonNode reason : result.get("rejected")) {
      rejected += reason.asLong();
    }
    expect(
        faults, number(db, inside + "AND status = 'REJECTED'", key, fields), rejected, what + "rejected");
    for (JsonNode line : result.get("differential")) {
      expect(
          faults,
          number(
              db,
              inside + "AND status = 'COUNTED' AND label = ?",
              key,
              fields,
              line.get("label").asText()),
          line.get("count").asInt(),
          what + line.get("label"));
    }
  }

  /** What is stored was told, or waits to be. */
  private static void waiting(
      Connection db,
      long key,
      String id,
      long fields,
      long revision,
      Reports.Slide reported,
      List<String> faults)
      throws SQLException {
    Set<Integer> told = new HashSet<>(reported.fieldMessages.keySet());
    long newest = reported.revision;
    try (PreparedStatement statement =
        db.prepareStatement("SELECT kind, json FROM outbox WHERE topic LIKE '%/' || ?")) {
      statement.setString(1, id);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          JsonNode json = read(rows.getString(2));
          if (rows.getString(1).equals("FIELD")) {
            told.add(json.get("field").asInt());
          } else if (rows.getString(1).equals("SLIDE")) {
            newest = Math.max(newest, json.get("revision").asInt());
            tally(db, key, id, json, faults);
          }
        }
      }
    }
    for (int number = 1; number <= fields; number++) {
      if (!told.contains(number)) {
        faults.add(id + "/" + number + " is stored, but its message neither arrived nor waits: LOST");
      }
    }
    expect(faults, revision, newest, id + ": newest revision arrived or waits");
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void expect(List<String> faults, Object expected, Object seen, String what) {
    boolean same =
        expected instanceof Number a && seen instanceof Number b
            ? a.longValue() == b.longValue()
            : expected.equals(seen);
    if (!same) {
      faults.add(what + ": expected " + expected + ", found " + seen);
    }
  }

  static long number(Connection db, String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = db.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? rows.getLong(1) : 0;
      }
    }
  }

  static String text(Connection db, String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = db.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? rows.getString(1) : "";
      }
    }
  }
}
