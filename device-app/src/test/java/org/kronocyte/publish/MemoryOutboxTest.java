package org.kronocyte.publish;

class MemoryOutboxTest extends OutboxContract {
  @Override
  Outbox outbox(long maxBytes) {
    return new MemoryOutbox(maxBytes);
  }
}
