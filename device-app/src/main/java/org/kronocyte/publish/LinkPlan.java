package org.kronocyte.publish;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/**
 * What a poor or dear link is used for.
 *
 * @param bytesPerSecond at which waiting messages are sent
 * @param bytesPerDay after which the link is closed until the next period of 24 hours
 * @param windows of the day in which there is a connection; empty for always
 * @param urgent messages of this kind and above are sent outside the windows and beyond the bytes a
 *     day, nothing else is, nor the preliminary result of a slide that still runs; empty if nothing
 *     is that urgent
 */
public record LinkPlan(
    long bytesPerSecond, long bytesPerDay, List<Window> windows, Optional<Message.Kind> urgent) {
  /** Always connected, 256 KiB a second, any amount. */
  public static final LinkPlan STANDARD =
      new LinkPlan(256 * 1024, Long.MAX_VALUE, List.of(), Optional.of(Message.Kind.ALERT));

  /**
   * A part of each day, UTC.
   *
   * @param from first moment
   * @param to first moment after; before {@code from} for a window over midnight
   */
  public record Window(LocalTime from, LocalTime to) {
    public Window {
      if (from.equals(to)) {
        throw new IllegalArgumentException("a window from " + from + " to " + to + " is none");
      }
    }

    boolean contains(LocalTime time) {
      boolean started = !time.isBefore(from);
      boolean over = !time.isBefore(to);
      return from.isBefore(to) ? started && !over : started || !over;
    }

    private Duration until(LocalTime time) {
      Duration wait = Duration.between(time, from);
      return wait.isNegative() ? wait.plusDays(1) : wait;
    }
  }

  public LinkPlan {
    windows = List.copyOf(windows);
    if (bytesPerSecond <= 0 || bytesPerDay <= 0) {
      throw new IllegalArgumentException(
          bytesPerSecond + " bytes a second, " + bytesPerDay + " a day");
    }
  }

  /**
   * How long until the next window; zero within one. A clock that was never set can't say, so that
   * every time is within one.
   */
  Duration closedFor(Instant now, ClockQuality quality) {
    if (windows.isEmpty() || quality == ClockQuality.UNSET) {
      return Duration.ZERO;
    }
    LocalTime time = now.atOffset(ZoneOffset.UTC).toLocalTime();
    if (windows.stream().anyMatch(w -> w.contains(time))) {
      return Duration.ZERO;
    }
    return windows.stream().map(w -> w.until(time)).min(Duration::compareTo).orElseThrow();
  }

  boolean isUrgent(Message message) {
    return urgent.isPresent()
        && message.kind().compareTo(urgent.get()) >= 0
        && !message.clearing()
        && !message.preliminary();
  }
}
