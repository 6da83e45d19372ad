package org.kronocyte.health;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * Stands for systemd: a small Python process with a datagram socket of its own making, so that both
 * sides can't share a mistake about the address. It prints {@code bound}, then each datagram as a
 * Python literal on a line.
 */
final class FakeNotifySocket implements AutoCloseable {
  private static final String PROGRAM =
      """
      import socket, sys
      name = sys.argv[1]
      s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      s.bind('\\0' + name[1:] if name.startswith('@') else name)
      s.settimeout(20)
      print('bound', flush=True)
      while True:
          print(ascii(s.recv(4096).decode()), flush=True)
      """;

  private final Process process;
  private final BufferedReader out;

  private FakeNotifySocket(Process process) {
    this.process = process;
    out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /**
   * Listens on a path or an abstract name ({@code @…}); skips the test where there is no Python.
   */
  static FakeNotifySocket at(String name) throws IOException {
    Process process;
    try {
      process =
          new ProcessBuilder("python3", "-c", PROGRAM, name)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      return abort("SKIPPED: no python3 here, so nothing to receive systemd's datagrams: " + e);
    }
    FakeNotifySocket socket = new FakeNotifySocket(process);
    if (!"bound".equals(socket.out.readLine())) {
      throw new IOException("the fake socket didn't bind to " + name);
    }
    return socket;
  }

  /** The next datagram as a Python literal. */
  String next() throws IOException {
    String line = out.readLine();
    assertNotNull(line, "no datagram came");
    return line;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
