package org.kronocyte.publish;

class MemoryOutboxTest extends OutboxContract {
  @Override
  Outbox outbox(long maxBytes, DrainOrder order) {
    return new MemoryOutbox(maxBytes, order);
  }
}
