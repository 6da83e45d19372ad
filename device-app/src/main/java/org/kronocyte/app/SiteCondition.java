package org.kronocyte.app;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.kronocyte.model.SiteCalibration;

/**
 * How a site calibration is doing.
 *
 * @param site the one in use
 * @param ageDays by the device's clock; empty without one or with an impossible date
 * @param shift of recent cells' stain from the calibration's; above 1 is far
 */
public record SiteCondition(
    Optional<SiteCalibration> site, OptionalLong ageDays, OptionalDouble shift) {
  /** Stains, lamps and cameras change over a season. */
  private static final Duration OLD = Duration.ofDays(90);

  static SiteCondition of(Optional<SiteCalibration> site, RecentStain recent, Instant now) {
    return new SiteCondition(
        site,
        site.map(s -> age(s.created(), now)).orElse(OptionalLong.empty()),
        site.map(s -> recent.distance(s.stain())).orElse(OptionalDouble.empty()));
  }

  private static OptionalLong age(String created, Instant now) {
    try {
      return OptionalLong.of(Math.max(0, Duration.between(Instant.parse(created), now).toDays()));
    } catch (DateTimeParseException e) {
      return OptionalLong.empty();
    }
  }

  /** Why it should be learnt anew, as sentences; empty if it needn't be. */
  public List<String> warnings() {
    List<String> out = new ArrayList<>();
    if (ageDays.isPresent() && ageDays.getAsLong() > OLD.toDays()) {
      out.add("the site calibration is " + ageDays.getAsLong() + " days old");
    }
    if (shift.isPresent() && shift.getAsDouble() > 1) {
      out.add(
          String.format(
              Locale.ROOT,
              "cells look different from those of the site calibration, %.1f times what another"
                  + " mixture of classes explains",
              shift.getAsDouble()));
    }
    return out;
  }
}
