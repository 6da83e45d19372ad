package org.kronocyte.publish;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.kronocyte.problem.ProblemException;

/**
 * Which broker to use and how to log in.
 *
 * @param uri {@code tcp://host:port}, or {@code ssl://host:port} for TLS with host name check
 * @param login files with user name and password, if the broker wants them; they are read at each
 *     connect, so that they can be changed while running
 * @param authorityFile certificates (PEM) of the authority that signed the broker's, if it is not
 *     one of the system's
 * @param connectTimeout for one attempt
 */
public record BrokerLink(
    URI uri, Optional<Login> login, Optional<Path> authorityFile, Duration connectTimeout) {
  /** Interval of the pings by which either side notices that the other is gone. */
  public static final Duration KEEP_ALIVE = Duration.ofSeconds(20);

  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  /** Files that hold a user name and a password, each on its first line. */
  public record Login(Path userFile, Path passwordFile) {
    public Login {
      Objects.requireNonNull(userFile, "userFile");
      Objects.requireNonNull(passwordFile, "passwordFile");
    }
  }

  public BrokerLink {
    Objects.requireNonNull(login, "login");
    Objects.requireNonNull(authorityFile, "authorityFile");
    Objects.requireNonNull(connectTimeout, "connectTimeout");
  }

  /**
   * Checks what a person wrote.
   *
   * @throws ProblemException {@code bad_broker_uri}, or {@code password_in_clear} for a login to
   *     another machine without TLS
   */
  public static BrokerLink of(String uri, Optional<Login> login, Optional<Path> authorityFile)
      throws ProblemException {
    URI parsed = parse(uri);
    boolean tls = parsed.getScheme().equals("ssl");
    if (login.isPresent() && !tls && !LOOPBACK.contains(parsed.getHost())) {
      throw new ProblemException(
          "password_in_clear",
          "the broker address " + uri + " would send a password over the network unencrypted",
          "use ssl://" + parsed.getHost() + ":8883, or a broker on this device");
    }
    if (authorityFile.isPresent() && !tls) {
      throw new ProblemException(
          "bad_broker_uri",
          "the broker address " + uri + " doesn't use TLS, but a certificate authority is given",
          "write ssl:// instead of tcp://, or leave the authority out");
    }
    return new BrokerLink(parsed, login, authorityFile, Duration.ofSeconds(10));
  }

  private static URI parse(String text) throws ProblemException {
    try {
      URI uri = URI.create(text);
      boolean known = "tcp".equals(uri.getScheme()) || "ssl".equals(uri.getScheme());
      if (known && uri.getHost() != null && uri.getPort() > 0 && uri.getUserInfo() == null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      throw badUri(text, e);
    }
    throw badUri(text, null);
  }

  private static ProblemException badUri(String text, Throwable cause) {
    return new ProblemException(
        "bad_broker_uri",
        "'" + text + "' is no broker address",
        "write tcp://host:1883 or ssl://host:8883, with user name and password in files",
        cause);
  }

  /** The first line of a secret's file. */
  static String readSecret(Path file) throws ProblemException {
    try (var lines = Files.lines(file)) {
      return lines
          .findFirst()
          .filter(line -> !line.isBlank())
          .map(String::strip)
          .orElseThrow(() -> new IOException("it is empty"));
    } catch (IOException | UncheckedIOException e) {
      throw new ProblemException(
          "secret_unreadable",
          "the login file " + file + " can't be read: " + e.getMessage(),
          "put the value on its first line and let the service's user read it",
          e);
    }
  }
}
