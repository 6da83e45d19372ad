package org.kronocyte.cli;

import java.util.List;
import java.util.Optional;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.slide.SlideRecord;
import org.kronocyte.slide.SlideStore;
import org.kronocyte.slide.SlideSummary;
import org.kronocyte.store.Database;

/** Finds slides for a person. */
final class StoredSlides {
  private StoredSlides() {}

  /** The slide named, or else the open one, or else the one started last. */
  static SlideRecord find(Database database, Optional<String> named) throws ProblemException {
    if (named.isPresent()) {
      return database
          .read(tx -> SlideStore.find(tx, named.get()))
          .orElseThrow(
              () ->
                  new ProblemException(
                      "slide_unknown",
                      "there is no slide " + named.get() + " in " + database.folder(),
                      "see 'kronocyte slide list'"));
    }
    List<SlideRecord> all = database.read(SlideStore::list);
    if (all.isEmpty()) {
      throw new ProblemException(
          "no_slide", "there is no slide in " + database.folder(), "start one first");
    }
    return database.read(SlideStore::open).orElse(all.get(0));
  }

  static SlideSummary summary(Database database, SlideRecord slide) throws ProblemException {
    return database.read(tx -> SlideStore.session(tx, slide)).summary();
  }
}
