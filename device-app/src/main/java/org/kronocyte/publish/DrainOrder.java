package org.kronocyte.publish;

/**
 * Which slide's messages go first of those worth the same. The messages of one slide always go in
 * the order they were made, and so do alerts and health.
 */
public enum DrainOrder {
  OLDEST_FIRST,
  /** What a clinic waits for now comes before the backlog. */
  NEWEST_FIRST
}
