package org.kronocyte.publish;

import java.time.Duration;

/** Where the count of a day's bytes outlives the process. Called by the publisher's thread. */
public interface DayLedger {
  /**
   * What was written down.
   *
   * @param spent bytes of the day
   * @param into how much of the day is over, the time the device was off included
   */
  record Page(long spent, Duration into) {}

  /** For a count that begins anew with the program. */
  DayLedger NONE =
      new DayLedger() {
        @Override
        public Page load() {
          return new Page(0, Duration.ZERO);
        }

        @Override
        public void save(Page page) {}
      };

  /** The last page saved; an empty one if there is none or it can't be read. */
  Page load();

  /** Replaces the page; if it can't be written, the log says so. */
  void save(Page page);
}
