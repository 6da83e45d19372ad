package org.kronocyte.publish;

import java.util.Optional;
import java.util.regex.Pattern;
import org.kronocyte.problem.ProblemException;

/**
 * Where a device's messages go: {@code kronocyte/v1/<site>/<device>/…}. Identifiers are of places
 * and things, never of people.
 *
 * @param site {@code [a-z0-9-]{1,40}}
 * @param device {@code [a-z0-9-]{1,40}}
 */
public record DeviceAddress(String site, String device) {
  public static final String ROOT = "kronocyte/v1";

  private static final Pattern IDENTIFIER = Pattern.compile("[a-z0-9-]{1,40}");

  /** A command's {@code request_id}: a UUID fits, a topic separator or wildcard doesn't. */
  public static final Pattern REQUEST = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private static final Pattern ANSWER = Pattern.compile("[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*");
  private static final Pattern VERB = Pattern.compile("[a-z][a-z0-9-]{0,31}");
  private static final Pattern ALERT = Pattern.compile("[a-z][a-z0-9_]{0,63}");
  private static final Pattern SLIDE = Pattern.compile("[a-z0-9-]{1,64}");

  public DeviceAddress {
    require(IDENTIFIER, "site", site);
    require(IDENTIFIER, "device", device);
  }

  /** The same from values a person wrote: an unusable one is a problem with a remedy. */
  public static DeviceAddress of(String site, String device) throws ProblemException {
    try {
      return new DeviceAddress(site, device);
    } catch (IllegalArgumentException e) {
      throw new ProblemException(
          "bad_identifier", e.getMessage(), "use a to z, 0 to 9 and '-' only, e.g. ward-3", e);
    }
  }

  /** Retained: the device's state. */
  public String status() {
    return topic("status");
  }

  /** Retained: figures on one level. */
  public String health() {
    return topic("health");
  }

  /** Retained until cleared: something a person should see to. */
  public String alert(String id) {
    require(ALERT, "alert", id);
    return topic("alert/" + id);
  }

  /** One field of a slide. */
  public String field(String slide) {
    require(SLIDE, "slide", slide);
    return topic("field/" + slide);
  }

  /** A slide's differential. */
  public String slide(String slide) {
    require(SLIDE, "slide", slide);
    return topic("slide/" + slide);
  }

  /**
   * What a cell looks like.
   *
   * @param cell field and cell, as {@code 12-3}
   */
  public String crop(String slide, String cell) {
    require(SLIDE, "slide", slide);
    require(SLIDE, "cell", cell);
    return topic("crop/" + slide + "/" + cell);
  }

  /** Filter of the commands to this device. */
  public String commands() {
    return topic("cmd/+");
  }

  /** The verb of a command's topic; empty for any other topic. */
  public Optional<String> verb(String topic) {
    String prefix = topic("cmd/");
    return Optional.of(topic)
        .filter(t -> t.startsWith(prefix))
        .map(t -> t.substring(prefix.length()))
        .filter(verb -> VERB.matcher(verb).matches());
  }

  /** The answer to a command. */
  public String ack(String requestId) {
    require(REQUEST, "request", requestId);
    return topic("ack/" + requestId);
  }

  /** Whether a topic is one for answers of this device, without wildcards. */
  boolean isAck(String topic) {
    String prefix = topic("ack/");
    return topic.startsWith(prefix)
        && topic.length() <= prefix.length() + 128
        && ANSWER.matcher(topic.substring(prefix.length())).matches();
  }

  private String topic(String rest) {
    return ROOT + "/" + site + "/" + device + "/" + rest;
  }

  private static void require(Pattern pattern, String what, String value) {
    if (!pattern.matcher(value).matches()) {
      throw new IllegalArgumentException(
          what + " identifier '" + value + "' does not match " + pattern);
    }
  }
}
