package org.kronocyte.app;

import java.util.HashSet;
import java.util.Set;
import org.kronocyte.image.FrameOrigin;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.slide.FieldResult;
import org.kronocyte.slide.SlideRecord;
import org.kronocyte.slide.SlideSession;
import org.kronocyte.slide.SlideStore;
import org.kronocyte.store.Transaction;

/** The slide on the stage as the database has it, kept at hand. */
final class OpenSlide {
  private final long key;
  private SlideSession session;
  private int lastField;
  private int failedFields;
  private final Set<String> countedImages;

  private OpenSlide(
      long key, SlideSession session, int lastField, int failedFields, Set<String> countedImages) {
    this.key = key;
    this.session = session;
    this.lastField = lastField;
    this.failedFields = failedFields;
    this.countedImages = countedImages;
  }

  /** Counts a slide anew from what is stored of it. */
  static OpenSlide load(Transaction tx, SlideRecord slide) throws ProblemException {
    return new OpenSlide(
        slide.key(),
        SlideStore.session(tx, slide),
        SlideStore.lastField(tx, slide.key()),
        slide.failedFields(),
        new HashSet<>(SlideStore.countedImages(tx, slide.key())));
  }

  long key() {
    return key;
  }

  SlideSession session() {
    return session;
  }

  /** The number of the field that was stored last, 0 before the first. */
  int lastField() {
    return lastField;
  }

  /** Whether this stored or drawn image is part of the tally; a camera's frames have no names. */
  boolean counted(FrameOrigin origin) {
    return origin.kind() != FrameOrigin.Kind.LIVE && countedImages.contains(origin.name());
  }

  /** The field is stored; {@code after} is the session with it. */
  void stored(FieldResult field, SlideSession after) {
    session = after;
    lastField++;
    if (field.origin().kind() != FrameOrigin.Kind.LIVE) {
      countedImages.add(field.origin().name());
    }
  }

  /** The failure is stored. */
  void failed() {
    failedFields++;
    session.setFailedFields(failedFields);
  }
}
