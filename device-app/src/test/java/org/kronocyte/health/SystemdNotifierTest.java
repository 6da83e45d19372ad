package org.kronocyte.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
@EnabledOnOs(OS.LINUX)
class SystemdNotifierTest {
  private static final long PID = 4711;

  @TempDir Path dir;

  private static SystemdNotifier notifier(String socket) {
    return SystemdNotifier.of(Map.of("NOTIFY_SOCKET", socket), PID);
  }

  private void assertSpeaks(String socket) throws Exception {
    try (FakeNotifySocket systemd = FakeNotifySocket.at(socket)) {
      SystemdNotifier notifier = notifier(socket);
      assertTrue(notifier.active());
      notifier.ready("camera v4l2");
      notifier.ping();
      notifier.status("field 3");
      notifier.stopping("asked to");
      assertEquals("'READY=1\\nSTATUS=camera v4l2'", systemd.next());
      assertEquals("'WATCHDOG=1'", systemd.next());
      assertEquals("'STATUS=field 3'", systemd.next());
      assertEquals("'STOPPING=1\\nSTATUS=asked to'", systemd.next());
    }
  }

  @Test
  void speaksToASocketInTheFileSystem() throws Exception {
    assertSpeaks(dir.resolve("notify").toString());
  }

  @Test
  void speaksToAnAbstractSocket() throws Exception {
    assertSpeaks("@kronocyte-test-" + ProcessHandle.current().pid() + "-" + System.nanoTime());
  }

  @Test
  void statusCannotSmuggleAnotherAssignment() throws Exception {
    String socket = dir.resolve("notify").toString();
    try (FakeNotifySocket systemd = FakeNotifySocket.at(socket)) {
      notifier(socket).status("slide\nREADY=1 \u00b5m");
      assertEquals("'STATUS=slide READY=1 \\xb5m'", systemd.next());
      notifier(socket).status("x".repeat(5000));
      assertEquals("'STATUS=".length() + 200 + 1, systemd.next().length());
    }
  }

  @Test
  void withoutSystemdNothingHappens() {
    for (Map<String, String> environment :
        java.util.List.of(Map.<String, String>of(), Map.of("NOTIFY_SOCKET", ""))) {
      SystemdNotifier notifier = SystemdNotifier.of(environment, PID);
      assertFalse(notifier.active());
      assertEquals(Optional.empty(), notifier.watchdogInterval());
      notifier.ready("x");
      notifier.ping();
      notifier.stopping("x");
    }
  }

  @Test
  void socketThatIsGoneDoesNotStopTheService() {
    SystemdNotifier notifier = notifier(dir.resolve("gone").toString());
    notifier.ready("x");
    notifier.ping();
  }

  @Test
  void errorNumberIsTold() {
    NotifySocket socket = assertDoesNotFail(() -> new NotifySocket(dir.resolve("gone").toString()));
    IOException e = assertThrows(IOException.class, () -> socket.send("x"));
    assertTrue(e.getMessage().startsWith("errno 2:"), e.getMessage());
  }

  private static NotifySocket assertDoesNotFail(
      org.junit.jupiter.api.function.ThrowingSupplier<NotifySocket> supplier) {
    return org.junit.jupiter.api.Assertions.assertDoesNotThrow(supplier);
  }

  @ParameterizedTest
  @CsvSource({"relative", "unix:/x"})
  void otherNamesAreNoSocket(String name) {
    assertFalse(notifier(name).active());
  }

  @Test
  void addressAtItsLongest() throws IOException {
    assertEquals(2 + 108, NotifySocket.address("/" + "x".repeat(106)).length);
    assertThrows(IOException.class, () -> NotifySocket.address("/" + "x".repeat(107)));
    assertEquals(2 + 108, NotifySocket.address("@" + "x".repeat(107)).length);
    assertThrows(IOException.class, () -> NotifySocket.address("@" + "x".repeat(108)));
  }

  @ParameterizedTest
  @CsvSource({
    "30000000, 4711, PT15S",
    "30000000, , PT15S",
    "30000000, 4712, ",
    "0, 4711, ",
    "soon, 4711, ",
    ", 4711, ",
  })
  void pingsAtHalfTheTimeoutIfMeantForThisProcess(String usec, String pid, Duration interval) {
    Map<String, String> environment = new java.util.HashMap<>();
    environment.put("NOTIFY_SOCKET", "/run/systemd/notify");
    environment.put("WATCHDOG_USEC", usec);
    environment.put("WATCHDOG_PID", pid);
    assertEquals(
        Optional.ofNullable(interval), SystemdNotifier.of(environment, PID).watchdogInterval());
  }
}
