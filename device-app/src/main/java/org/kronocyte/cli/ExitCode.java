package org.kronocyte.cli;

/** What the process says to scripts. */
final class ExitCode {
  static final int OK = 0;
  static final int FAILED = 1;
  static final int SOME_FAILED = 2;

  /** A calibration was refused because it could do harm. */
  static final int REFUSED = 3;

  /** As {@code EX_USAGE} of sysexits. */
  static final int USAGE = 64;

  /**
   * As {@code EX_SOFTWARE} of sysexits: a stage of the daemon was stuck, or failed in a way nobody
   * foresaw; the service manager starts it again.
   */
  static final int STUCK = 70;

  /**
   * As {@code EX_TEMPFAIL} of sysexits: the daemon's data folder can't be used now; the service
   * manager tries again.
   */
  static final int TRY_AGAIN = 75;

  private ExitCode() {}

  /** For a command that works on many inputs. */
  static int of(int succeeded, int failed) {
    if (failed == 0) {
      return OK;
    }
    return succeeded == 0 ? FAILED : SOME_FAILED;
  }
}
