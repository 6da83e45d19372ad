package org.kronocyte.health;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd how the service is. Not running under systemd is no error: then nothing is sent. A
 * message that can't be sent is logged and not repeated; if pings stay away, systemd restarts the
 * service, which is the right answer. Any thread. Protocol: sd_notify(3), sd_watchdog_enabled(3).
 */
public final class SystemdNotifier {
  private static final Logger LOG = LoggerFactory.getLogger(SystemdNotifier.class);
  private static final int LONGEST_STATUS = 200;

  private final Optional<NotifySocket> socket;
  private final Optional<Duration> watchdogTimeout;

  private SystemdNotifier(Optional<NotifySocket> socket, Optional<Duration> watchdogTimeout) {
    this.socket = socket;
    this.watchdogTimeout = watchdogTimeout;
  }

  /**
   * As the environment says: {@code NOTIFY_SOCKET}, {@code WATCHDOG_USEC}, {@code WATCHDOG_PID}.
   *
   * @param environment {@code System.getenv()}
   * @param pid of this process
   */
  public static SystemdNotifier of(Map<String, String> environment, long pid) {
    String name = environment.get("NOTIFY_SOCKET");
    if (name == null || name.isEmpty()) {
      LOG.debug("not running under systemd (NOTIFY_SOCKET isn't set): nothing to notify");
      return new SystemdNotifier(Optional.empty(), Optional.empty());
    }
    try {
      return new SystemdNotifier(
          Optional.of(new NotifySocket(name)), watchdogTimeout(environment, pid));
    } catch (IOException e) {
      LOG.warn("systemd can't be notified: {}", e.getMessage());
      return new SystemdNotifier(Optional.empty(), Optional.empty());
    }
  }

  private static Optional<Duration> watchdogTimeout(Map<String, String> environment, long pid) {
    OptionalLong usec = number(environment.get("WATCHDOG_USEC"));
    OptionalLong forPid = number(environment.get("WATCHDOG_PID"));
    boolean ours = forPid.isEmpty() || forPid.getAsLong() == pid;
    return usec.isPresent() && usec.getAsLong() > 0 && ours
        ? Optional.of(Duration.ofNanos(usec.getAsLong() * 1000))
        : Optional.empty();
  }

  private static OptionalLong number(String text) {
    return text != null && text.matches("[0-9]{1,15}")
        ? OptionalLong.of(Long.parseLong(text))
        : OptionalLong.empty();
  }

  /** Whether systemd listens. */
  public boolean active() {
    return socket.isPresent();
  }

  /** How often to ping: half of systemd's patience; empty if it has no watchdog on this service. */
  public Optional<Duration> watchdogInterval() {
    return watchdogTimeout.map(timeout -> timeout.dividedBy(2));
  }

  /** The service is up. */
  public void ready(String status) {
    send("READY=1\nSTATUS=" + oneLine(status));
  }

  /** One line for {@code systemctl status}. */
  public void status(String status) {
    send("STATUS=" + oneLine(status));
  }

  /** The service goes down on purpose. */
  public void stopping(String status) {
    send("STOPPING=1\nSTATUS=" + oneLine(status));
  }

  /** The service is alive; call through {@link Watchdog} only. */
  void ping() {
    send("WATCHDOG=1");
  }

  /** A line feed would begin another assignment. */
  private static String oneLine(String status) {
    String line = status.replaceAll("\\p{Cntrl}", " ");
    return line.length() <= LONGEST_STATUS ? line : line.substring(0, LONGEST_STATUS);
  }

  private void send(String message) {
    if (socket.isEmpty()) {
      return;
    }
    try {
      socket.get().send(message);
    } catch (IOException e) {
      LOG.warn(
          "systemd wasn't told '{}': {}", message.lines().findFirst().orElse(""), e.toString());
    }
  }
}
