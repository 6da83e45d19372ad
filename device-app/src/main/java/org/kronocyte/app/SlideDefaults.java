package org.kronocyte.app;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.kronocyte.classify.CellClass;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.slide.SlidePlan;
import org.kronocyte.slide.SlideStore;
import org.kronocyte.slide.Specimen;
import org.kronocyte.store.Transaction;

/**
 * What a slide is unless its order says otherwise.
 *
 * @param slide identifier; without it one is made of the time
 * @param classes what the classifier can say
 * @param site names the site calibration a slide that starts now is read with
 */
public record SlideDefaults(
    Specimen specimen,
    int plannedCells,
    Optional<String> slide,
    List<CellClass> classes,
    Supplier<Optional<String>> site) {
  private static final DateTimeFormatter SLIDE_ID =
      DateTimeFormatter.ofPattern("'slide-'yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  /**
   * The plan of an ordered slide. An identifier that was configured or made gets a number where it
   * is used up (the clock may have stood there before); one that was ordered must be free.
   */
  SlidePlan plan(Transaction tx, SlideOrder order, Instant now) throws ProblemException {
    return new SlidePlan(
        identifier(tx, order, now),
        order.specimen().orElse(specimen),
        order.accession(),
        now,
        order.plannedCells().orElse(plannedCells),
        classes,
        site.get());
  }

  private String identifier(Transaction tx, SlideOrder order, Instant now) throws ProblemException {
    if (order.slide().isEmpty()) {
      return SlideStore.freeIdentifier(tx, slide.orElseGet(() -> SLIDE_ID.format(now)));
    }
    String ordered = order.slide().get();
    if (!SlidePlan.isIdentifier(ordered)) {
      throw new ProblemException(
          "bad_slide_id",
          "'" + ordered + "' can't name a slide",
          "use 1 to 40 of a-z, 0-9 and '-', never a name");
    }
    if (SlideStore.find(tx, ordered).isPresent()) {
      throw new ProblemException(
          "slide_exists",
          "there is a slide " + ordered + " already",
          "choose another identifier, or leave it out");
    }
    return ordered;
  }
}
