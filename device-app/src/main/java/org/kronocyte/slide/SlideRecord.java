package org.kronocyte.slide;

import java.time.Instant;
import java.util.Optional;

/**
 * A slide as the database has it.
 *
 * @param key its place in the order of starts, whatever the clock said
 * @param revision of its result that was last reported, 0 if none was
 * @param failedFields accepted fields that could not be read
 * @param finishedAt as the device's clock stood
 * @param fields stored
 */
public record SlideRecord(
    long key,
    SlidePlan plan,
    SlideState state,
    int revision,
    int failedFields,
    Optional<Instant> finishedAt,
    int fields) {}
