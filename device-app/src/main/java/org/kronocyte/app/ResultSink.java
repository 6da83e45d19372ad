package org.kronocyte.app;

import java.util.List;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.CellPicture;
import org.kronocyte.slide.FieldResult;
import org.kronocyte.slide.SlideSummary;
import org.kronocyte.store.Transaction;

/** Adds what is told of a result to the transaction that stores it: both happen, or neither. */
public interface ResultSink {
  /** For a station that tells nobody. */
  ResultSink NONE =
      new ResultSink() {
        @Override
        public void fieldCounted(
            Transaction tx, int number, FieldResult field, SlideSummary slide, int revision) {}

        @Override
        public void slideFinished(Transaction tx, SlideSummary slide, int revision) {}

        @Override
        public void committed() {}
      };

  /**
   * A field is being stored.
   *
   * @param number of the field within its slide, from 1
   * @param slide the tally with this field in it
   * @param revision of the slide's result
   */
  void fieldCounted(Transaction tx, int number, FieldResult field, SlideSummary slide, int revision)
      throws ProblemException;

  /** Pictures of cells of a field that is being stored; by default nobody wants them. */
  default void pictured(
      Transaction tx, int number, FieldResult field, String slide, List<CellPicture> pictures)
      throws ProblemException {}

  /** A slide is being finished. */
  void slideFinished(Transaction tx, SlideSummary slide, int revision) throws ProblemException;

  /** The transaction is on the disk. */
  void committed();
}
