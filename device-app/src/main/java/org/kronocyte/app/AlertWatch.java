package org.kronocyte.app;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.kronocyte.problem.Problem;
import org.kronocyte.publish.Message;
import org.kronocyte.publish.Messages;
import org.kronocyte.quality.QualityReport;
import org.kronocyte.slide.FieldResult;
import org.kronocyte.slide.SlideSummary;

/**
 * Raises an alert for what a person should see to, and clears it when it is over, by the figures of
 * health. The first look clears what an earlier run raised. A limit is left at another value than
 * it is reached at, so that none comes and goes. Thread-safe.
 */
final class AlertWatch implements DaemonListener {
  private static final long MIB = 1 << 20;
  private static final long DISK_LOW_BYTES = 256 * MIB;
  private static final long DISK_ENOUGH_BYTES = 512 * MIB;
  private static final double OUTBOX_FULL = 0.8;
  private static final double OUTBOX_EASED = 0.6;
  private static final Duration UNUSABLE = Duration.ofMinutes(10);

  private final Messages messages;
  private final Predicate<Message> to;
  private final long outboxBytes;
  private final LongSupplier nanoTime;
  private final Set<String> raised = new HashSet<>();
  private final Set<String> over = new HashSet<>();
  private OptionalLong unusableSince = OptionalLong.empty();
  private String lastReasons = "";

  /**
   * @param to takes what is to be delivered; false if it couldn't, and then is asked again
   * @param outboxBytes room for messages that wait
   * @param nanoTime a clock that nobody can set
   */
  AlertWatch(Messages messages, Predicate<Message> to, long outboxBytes, LongSupplier nanoTime) {
    this.messages = messages;
    this.to = to;
    this.outboxBytes = outboxBytes;
    this.nanoTime = nanoTime;
  }

  @Override
  public synchronized void phaseChanged(SlideDesk.Phase phase) {
    unusableSince = OptionalLong.empty();
  }

  @Override
  public synchronized void fieldRead(int number, FieldResult field, SlideSummary slide) {
    unusableSince = OptionalLong.empty();
  }

  /** A field seen before is a good one: the stage rests. */
  @Override
  public synchronized void fieldRefused(QualityReport report) {
    if (report.reasons().equals(List.of("repeated_field"))) {
      unusableSince = OptionalLong.empty();
    } else if (unusableSince.isEmpty()) {
      unusableSince = OptionalLong.of(nanoTime.getAsLong());
    }
    lastReasons = String.join(", ", report.reasons());
  }

  /** Judges the figures of health, and says what has changed. */
  synchronized void look(Map<String, Object> figures) {
    tell("disk_low", diskLow(figures));
    tell("outbox_filling", outboxFilling(figures));
    tell("fields_unusable", fieldsUnusable());
    tell("store_salvaged", storeSalvaged(figures));
    tell("site_problem", siteProblem(figures));
  }

  private void tell(String id, Optional<Problem> now) {
    if (now.isPresent() && !raised.contains(id)) {
      if (to.test(messages.alert(now.get()))) {
        raised.add(id);
        over.remove(id);
      }
    } else if (now.isEmpty() && !over.contains(id) && to.test(messages.alertOver(id))) {
      raised.remove(id);
      over.add(id);
    }
  }

  private Optional<Problem> diskLow(Map<String, Object> figures) {
    long free = number(figures, "disk_free_bytes", Long.MAX_VALUE);
    if (free >= (raised.contains("disk_low") ? DISK_ENOUGH_BYTES : DISK_LOW_BYTES)) {
      return Optional.empty();
    }
    return Optional.of(
        new Problem(
            "disk_low",
            "only " + free / MIB + " MiB are left on the disk with the data folder",
            "free some room there, or have slides kept for a shorter time (data.keep)"));
  }

  private Optional<Problem> outboxFilling(Map<String, Object> figures) {
    long waiting = number(figures, "outbox_bytes", 0);
    double limit = raised.contains("outbox_filling") ? OUTBOX_EASED : OUTBOX_FULL;
    if (waiting < limit * outboxBytes) {
      return Optional.empty();
    }
    return Optional.of(
        new Problem(
            "outbox_filling",
            "the messages that wait take "
                + waiting / MIB
                + " of "
                + outboxBytes / MIB
                + " MiB, and "
                + number(figures, "dropped_messages", 0)
                + " were dropped so far",
            "let the device reach its broker for longer; results of slides are never dropped"));
  }

  private Optional<Problem> fieldsUnusable() {
    if (unusableSince.isEmpty()) {
      return Optional.empty();
    }
    Duration since = Duration.ofNanos(nanoTime.getAsLong() - unusableSince.getAsLong());
    if (since.compareTo(UNUSABLE) < 0) {
      return Optional.empty();
    }
    return Optional.of(
        new Problem(
            "fields_unusable",
            "no field was usable for " + since.toMinutes() + " min (" + lastReasons + ")",
            "look at focus, lamp and slide, or pause the slide"));
  }

  private static Optional<Problem> storeSalvaged(Map<String, Object> figures) {
    if (number(figures, "damaged_stores", 0) <= 0) {
      return Optional.empty();
    }
    return Optional.of(
        new Problem(
            "store_salvaged",
            "a damaged database was moved aside; "
                + number(figures, "salvage_lost_fields", 0)
                + " fields of it could not be saved",
            "check or replace the disk or SD card, then remove damaged-… from the data folder"));
  }

  private static Optional<Problem> siteProblem(Map<String, Object> figures) {
    return Optional.ofNullable(figures.get("site_problem"))
        .map(
            said ->
                new Problem(
                    "site_problem",
                    "the site calibration: " + said,
                    "'kronocyte site list' says which one is used and what was gathered"));
  }

  private static long number(Map<String, Object> figures, String name, long otherwise) {
    return figures.get(name) instanceof Number n ? n.longValue() : otherwise;
  }
}
