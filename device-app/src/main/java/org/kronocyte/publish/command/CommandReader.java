package org.kronocyte.publish.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.kronocyte.publish.DeviceAddress;

/**
 * Reads the payload of a command: {@code cmd.schema.json}, UTF-8, at most {@value #MAX_BYTES}
 * bytes, {@value #MAX_DEPTH} levels deep, no key twice, nothing unknown. What comes from outside is
 * said back only if it is short and plain.
 */
final class CommandReader {
  static final int MAX_BYTES = 4096;
  static final int MAX_DEPTH = 4;
  static final int MAX_SECONDS = 60;

  private static final String SECONDS = "seconds";
  private static final String NORMAL = "slides_are_normal";
  private static final Set<String> KEYS = Set.of("schema", "request_id", "expires_at", "args");
  private static final Pattern TIME =
      Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{3})?Z");
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxDocumentLength(MAX_BYTES)
                          .maxStringLength(256)
                          .maxNameLength(64)
                          .maxNumberLength(20)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private CommandReader() {}

  /**
   * @param verb decides which arguments there may be
   */
  static Command read(byte[] payload, Optional<Verb> verb) throws BadCommandException {
    if (payload.length > MAX_BYTES) {
      throw new BadCommandException(
          "too_large",
          payload.length + " bytes; a command has at most " + MAX_BYTES,
          Optional.empty());
    }
    JsonNode json = parse(payload);
    Optional<String> requestId = requestId(json);
    if (requestId.isEmpty()) {
      throw new BadCommandException(
          "no_request_id", "there is no request_id of 1 to 64 plain characters", requestId);
    }
    checkKeys(json, KEYS, requestId);
    if (!Command.SCHEMA.equals(json.path("schema").textValue())) {
      throw new BadCommandException(
          "unknown_schema", "schema must be " + Command.SCHEMA, requestId);
    }
    Instant expiresAt = expiresAt(json, requestId);
    JsonNode args = args(json, verb, requestId);
    return new Command(
        requestId.get(), expiresAt, duration(args, requestId), slidesAreNormal(args, requestId));
  }

  private static JsonNode parse(byte[] payload) throws BadCommandException {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString();
      JsonNode json = MAPPER.readTree(text);
      if (json.isObject()) {
        return json;
      }
    } catch (CharacterCodingException | JsonProcessingException e) {
      throw malformed("it isn't UTF-8 JSON within the bounds of a command");
    }
    throw malformed("it isn't a JSON object");
  }

  private static BadCommandException malformed(String message) {
    return new BadCommandException("malformed", message, Optional.empty());
  }

  private static Optional<String> requestId(JsonNode json) {
    return Optional.ofNullable(json.path("request_id").textValue())
        .filter(id -> DeviceAddress.REQUEST.matcher(id).matches());
  }

  private static void checkKeys(JsonNode json, Set<String> known, Optional<String> requestId)
      throws BadCommandException {
    for (Iterator<String> names = json.fieldNames(); names.hasNext(); ) {
      if (!known.contains(names.next())) {
        throw new BadCommandException(
            "unknown_field", "known here: " + String.join(", ", new TreeSet<>(known)), requestId);
      }
    }
  }

  private static Instant expiresAt(JsonNode json, Optional<String> requestId)
      throws BadCommandException {
    String text = json.path("expires_at").textValue();
    try {
      if (text != null && TIME.matcher(text).matches()) {
        return Instant.parse(text);
      }
    } catch (DateTimeParseException e) {
      throw badTime(requestId); // The right digits, but no such day.
    }
    throw badTime(requestId);
  }

  private static BadCommandException badTime(Optional<String> requestId) {
    return new BadCommandException(
        "bad_expires_at", "expires_at must be a time such as 2026-11-22T12:00:00Z", requestId);
  }

  /** What stands in {@code args}, all of it for this verb. */
  private static JsonNode args(JsonNode json, Optional<Verb> verb, Optional<String> requestId)
      throws BadCommandException {
    JsonNode args = json.path("args");
    if (!args.isMissingNode() && !args.isObject()) {
      throw new BadCommandException("bad_args", "args must be an object", requestId);
    }
    Set<String> known = Set.of();
    if (verb.isPresent() && verb.get() == Verb.IDENTIFY) {
      known = Set.of(SECONDS);
    } else if (verb.isPresent() && verb.get() == Verb.SITE_CALIBRATE) {
      known = Set.of(NORMAL);
    }
    checkKeys(args, known, requestId);
    return args;
  }

  private static boolean slidesAreNormal(JsonNode args, Optional<String> requestId)
      throws BadCommandException {
    JsonNode normal = args.path(NORMAL);
    if (!normal.isMissingNode() && !normal.isBoolean()) {
      throw new BadCommandException("bad_args", NORMAL + " must be true or false", requestId);
    }
    return normal.booleanValue();
  }

  private static Optional<Duration> duration(JsonNode args, Optional<String> requestId)
      throws BadCommandException {
    JsonNode seconds = args.path(SECONDS);
    if (seconds.isMissingNode()) {
      return Optional.empty();
    }
    if (!seconds.isInt() || seconds.intValue() < 1 || seconds.intValue() > MAX_SECONDS) {
      throw new BadCommandException(
          "bad_args", "seconds must be a whole number from 1 to " + MAX_SECONDS, requestId);
    }
    return Optional.of(Duration.ofSeconds(seconds.intValue()));
  }
}
