import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Everything the daemon reported as done, by its log or by MQTT, over all of its lives. Thread-safe.
 */
final class Reports {
  private static final Pattern STORED = Pattern.compile("slide (\\S+) field (\\d+) stored");
  private static final Pattern FINISHED = Pattern.compile("slide (\\S+) finished with (\\d+) fields");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What is kept of a field's message: the number of its cells, and what tells it from another. */
  record FieldMessage(int cells, String digest) {}

  /** What was reported of one slide. */
  static final class Slide {
    int fields;
    boolean finished;
    int revision;

    /** Results up to this revision were recounted by a check that found no fault. */
    int checkedRevision;

    final Map<Integer, FieldMessage> fieldMessages = new TreeMap<>();
    final Map<Integer, JsonNode> results = new TreeMap<>();
    String resultId;

    private Slide copy() {
      Slide copy = new Slide();
      copy.fields = fields;
      copy.finished = finished;
      copy.revision = revision;
      copy.checkedRevision = checkedRevision;
      copy.fieldMessages.putAll(fieldMessages);
      copy.results.putAll(results);
      copy.resultId = resultId;
      return copy;
    }
  }

  private final Map<String, Slide> slides = new TreeMap<>();
  private final Map<String, String> fieldIds = new HashMap<>();
  private final List<String> faults = new ArrayList<>();
  private long messages;
  private long copies;

  private Slide slide(String id) {
    return slides.computeIfAbsent(id, s -> new Slide());
  }

  /** A line of the daemon's log. */
  synchronized boolean log(String line) {
    Matcher stored = STORED.matcher(line);
    if (stored.find()) {
      Slide slide = slide(stored.group(1));
      slide.fields = Math.max(slide.fields, Integer.parseInt(stored.group(2)));
      return true;
    }
    Matcher finished = FINISHED.matcher(line);
    if (finished.find()) {
      slide(finished.group(1)).finished = true;
    }
    return false;
  }

  /** A message a subscriber got. */
  synchronized void message(String topic, String payload) {
    try {
      JsonNode json = JSON.readTree(payload);
      messages++;
      if (topic.contains("/field/")) {
        field(json);
      } else if (topic.contains("/slide/")) {
        result(json);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void field(JsonNode json) {
    Slide slide = slide(json.get("slide").asText());
    int number = json.get("field").asInt();
    slide.fields = Math.max(slide.fields, number);
    String place = json.get("slide").asText() + "/" + number;
    String id = json.get("result_id").asText();
    String other = fieldIds.putIfAbsent(id, place);
    if (other != null && !other.equals(place)) {
      faults.add("result id " + id + " is of " + other + " and of " + place);
    }
    ((ObjectNode) json).remove("historical");
    FieldMessage message = new FieldMessage(json.get("cells").size(), digest(json.toString()));
    note(slide.fieldMessages, number, message, "field " + place);
  }

  private void result(JsonNode json) {
    Slide slide = slide(json.get("slide").asText());
    int revision = json.get("revision").asInt();
    slide.fields = Math.max(slide.fields, json.get("fields").asInt());
    slide.revision = Math.max(slide.revision, revision);
    slide.finished |= json.get("state").asText().equals("final");
    String id = json.get("result_id").asText();
    if (slide.resultId != null && !slide.resultId.equals(id)) {
      faults.add("slide " + json.get("slide") + " has two result ids");
    }
    slide.resultId = id;
    ((ObjectNode) json).remove("historical");
    note(slide.results, revision, json, "result " + json.get("slide") + " revision " + revision);
  }

  /** A copy must be the same, but for being late. */
  private <T> void note(Map<Integer, T> known, int number, T message, String what) {
    T before = known.putIfAbsent(number, message);
    if (before != null) {
      copies++;
      if (!before.equals(message)) {
        faults.add("two different messages for " + what);
      }
    }
  }

  private static String digest(String text) {
    try {
      byte[] sum =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sum);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As it is now; what is reported later doesn't change it. */
  synchronized Map<String, Slide> slides() {
    Map<String, Slide> copy = new TreeMap<>();
    slides.forEach((id, slide) -> copy.put(id, slide.copy()));
    return copy;
  }

  /** The results of these slides need not be recounted before {@link #recheck}. */
  synchronized void checked(Map<String, Slide> known) {
    known.forEach((id, slide) -> slides.get(id).checkedRevision = slide.revision);
  }

  /** From now on everything is recounted. */
  synchronized void recheck() {
    slides.values().forEach(s -> s.checkedRevision = 0);
  }

  synchronized List<String> faults() {
    return List.copyOf(faults);
  }

  synchronized long messages() {
    return messages;
  }

  synchronized long copies() {
    return copies;
  }

  synchronized long fieldsReported() {
    return slides.values().stream().mapToLong(s -> s.fields).sum();
  }
}
