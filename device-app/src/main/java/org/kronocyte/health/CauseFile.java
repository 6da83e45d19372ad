package org.kronocyte.health;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.kronocyte.problem.Problem;

/**
 * Why the daemon ended itself, kept for the next start, which logs it. One JSON object: {@code
 * schema, at, code, message, remedy}. The file is complete or not there at all, also after a power
 * cut.
 */
public final class CauseFile {
  static final String SCHEMA = "kronocyte/cause/1";
  static final int MAX_BYTES = 16 * 1024;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONGEST_TEXT = 2000;

  private final Path file;
  private final InstantSource clock;

  /**
   * @param file in the data folder, e.g. {@code last-cause.json}
   * @param clock wall clock; may be wrong on a board without battery
   */
  public CauseFile(Path file, InstantSource clock) {
    this.file = file;
    this.clock = clock;
  }

  /**
   * The end of the run before this one.
   *
   * @param at when, by the wall clock of then
   */
  public record Cause(Instant at, Problem problem) {}

  /**
   * Keeps a cause; replaces the one before.
   *
   * @throws IOException if it can't be kept; the caller ends all the same
   */
  public void write(Problem problem) throws IOException {
    ObjectNode json = JSON.createObjectNode();
    json.put("schema", SCHEMA);
    json.put("at", clock.instant().toString());
    json.put("code", problem.code());
    json.put("message", shorten(problem.message()));
    json.put("remedy", shorten(problem.remedy()));
    Path folder = file.toAbsolutePath().getParent();
    Path next = folder.resolve(file.getFileName() + ".next");
    try (FileChannel out =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(json));
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
      directory.force(true); // Or the new name may be lost with the power.
    }
  }

  private static String shorten(String text) {
    return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
  }

  /**
   * The cause that was kept; stays until {@link #clear()}, so that a start that fails before it is
   * logged doesn't lose it. A damaged file gives a cause that says so.
   */
  public Optional<Cause> read() {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(unreadable(e.toString()));
    }
    try {
      return Optional.of(parse(bytes));
    } catch (IllegalArgumentException | IOException e) {
      return Optional.of(unreadable(e.getMessage()));
    }
  }

  private static Cause parse(byte[] bytes) throws IOException {
    if (bytes.length > MAX_BYTES) {
      throw new IOException("more than " + MAX_BYTES + " bytes");
    }
    JsonNode json;
    try {
      json = JSON.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw new IOException(e.getOriginalMessage(), e);
    }
    if (!SCHEMA.equals(json.path("schema").asText())) {
      throw new IOException("schema is '" + json.path("schema").asText() + "'");
    }
    try {
      return new Cause(
          Instant.parse(json.path("at").asText()),
          new Problem(
              json.path("code").asText(),
              json.path("message").asText(),
              json.path("remedy").asText()));
    } catch (DateTimeParseException e) {
      throw new IOException("at is '" + json.path("at").asText() + "'", e);
    }
  }

  private Cause unreadable(String why) {
    return new Cause(
        clock.instant(),
        new Problem(
            "cause_unreadable",
            "the last run left a cause that can't be read (" + why + ")",
            "look into the log of that time"));
  }

  /** Forgets the cause, once it is logged. */
  public void clear() throws IOException {
    Files.deleteIfExists(file);
  }
}
