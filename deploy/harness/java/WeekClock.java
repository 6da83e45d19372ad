import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/** The wall clock and the monotonic one, that can be put forward together: a week in a minute. */
final class WeekClock extends Clock {
  private final AtomicLong aheadNanos = new AtomicLong();
  private final Duration offset;

  /**
   * @param offset of the wall clock at the start
   */
  WeekClock(Duration offset) {
    this.offset = offset;
  }

  void advance(Duration time) {
    aheadNanos.addAndGet(time.toNanos());
  }

  /** As {@link System#nanoTime}. */
  long nanoTime() {
    return System.nanoTime() + aheadNanos.get();
  }

  @Override
  public Instant instant() {
    return Instant.now().plus(offset).plusNanos(aheadNanos.get());
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException();
  }
}
