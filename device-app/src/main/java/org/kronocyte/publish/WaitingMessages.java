package org.kronocyte.publish;

import java.util.Optional;

/**
 * The outbox as one connection sees it: without what is set aside and, while the link should be
 * closed, without what isn't urgent. What was passed over stays taken until {@link #reconsider}.
 * Not thread-safe.
 */
final class WaitingMessages {
  private final Outbox outbox;
  private final LinkPlan plan;
  private final SetAside aside;
  private boolean passedOver;

  WaitingMessages(Outbox outbox, LinkPlan plan, SetAside aside) {
    this.outbox = outbox;
    this.plan = plan;
    this.aside = aside;
  }

  Optional<Outbox.Entry> next(boolean urgentOnly) {
    Optional<Message.Kind> least = urgentOnly ? plan.urgent() : Optional.of(Message.Kind.HEALTH);
    Optional<Outbox.Entry> next = least.flatMap(outbox::take);
    while (next.isPresent()) {
      boolean waits = urgentOnly && !plan.isUrgent(next.get().message());
      passedOver |= waits;
      if (!waits && !aside.holds(next.get().id())) {
        return next;
      }
      outbox.setAside(next.get());
      next = least.flatMap(outbox::take);
    }
    return next;
  }

  /** Gives what was passed over another chance; only with nothing in flight, which is taken too. */
  void reconsider(boolean urgentOnly) {
    if (aside.retryDue() || (passedOver && !urgentOnly)) {
      passedOver = false;
      outbox.releaseTaken();
    }
  }

  void delivered(Outbox.Entry entry) {
    outbox.acknowledge(entry.id());
    aside.acknowledged(entry.id());
  }

  void refused(Outbox.Entry entry) {
    aside.refused(entry.id());
    outbox.setAside(entry);
  }
}
