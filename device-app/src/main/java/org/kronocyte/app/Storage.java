package org.kronocyte.app;

import java.time.Duration;
import org.kronocyte.store.Database;

/**
 * Where a station keeps what it found.
 *
 * @param database owned by this process; closed with the station
 * @param outboxBytes room for messages that wait; slide results may exceed it
 * @param keep how long a finished and delivered slide stays, in witnessed time
 */
public record Storage(Database database, long outboxBytes, Duration keep) {}
