package org.kronocyte.app;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.CellPicture;
import org.kronocyte.publish.DurableOutbox;
import org.kronocyte.publish.Message;
import org.kronocyte.publish.Messages;
import org.kronocyte.publish.Publisher;
import org.kronocyte.publish.SlideJson;
import org.kronocyte.slide.FieldResult;
import org.kronocyte.slide.SlideSummary;
import org.kronocyte.store.Transaction;

/** Puts results into the outbox as messages. */
final class OutboxResults implements ResultSink {
  private final DurableOutbox outbox;
  private final Messages messages;
  private final BooleanSupplier connected;
  private final Consumer<List<Message>> wake;

  /** Within {@link #transaction}. */
  private final List<Message> added = new ArrayList<>();

  private Transaction transaction;

  OutboxResults(DurableOutbox outbox, Messages messages, Publisher publisher) {
    this(outbox, messages, publisher::isConnected, publisher::wake);
  }

  /**
   * @param connected whether what is told now goes at once
   * @param wake told of what was added, once that is on the disk
   */
  OutboxResults(
      DurableOutbox outbox,
      Messages messages,
      BooleanSupplier connected,
      Consumer<List<Message>> wake) {
    this.outbox = outbox;
    this.messages = messages;
    this.connected = connected;
    this.wake = wake;
  }

  @Override
  public void fieldCounted(
      Transaction tx, int number, FieldResult field, SlideSummary slide, int revision)
      throws ProblemException {
    add(tx, messages.field(slide.slide(), slide.siteCalibration(), number, field));
    add(tx, messages.slide(slide, SlideJson.State.PRELIMINARY, revision));
  }

  @Override
  public void pictured(
      Transaction tx, int number, FieldResult field, String slide, List<CellPicture> pictures)
      throws ProblemException {
    for (CellPicture picture : pictures) {
      add(tx, messages.crop(slide, number, field, picture));
    }
  }

  @Override
  public void slideFinished(Transaction tx, SlideSummary slide, int revision)
      throws ProblemException {
    add(tx, messages.slide(slide, SlideJson.State.FINAL, revision));
  }

  private void add(Transaction tx, Message message) throws ProblemException {
    if (tx != transaction) {
      added.clear(); // The one before failed: nothing of it is in the outbox.
      transaction = tx;
    }
    added.add(message);
    outbox.add(tx, connected.getAsBoolean() ? message : message.whileOffline());
  }

  @Override
  public void committed() {
    wake.accept(List.copyOf(added));
    added.clear();
  }
}
