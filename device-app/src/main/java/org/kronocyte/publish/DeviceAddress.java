package org.kronocyte.publish;

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
