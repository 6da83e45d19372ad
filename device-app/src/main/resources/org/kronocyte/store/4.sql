-- The order in which messages are taken: the most worth first, of those the oldest. By the old index they were sorted.
DROP INDEX outbox_order;
CREATE INDEX outbox_order ON outbox (priority DESC, id);
