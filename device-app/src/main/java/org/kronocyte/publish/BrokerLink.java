package org.kronocyte.publish;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.kronocyte.problem.ProblemException;

/**
 * Which broker to use and how to log in. All files are read at each connect, so that they can be
 * changed while running.
 *
 * @param uri {@code tcp://host:port}, or {@code ssl://host:port} for TLS with host name check
 * @param protocol which MQTT to speak
 * @param login files with user name and password, if the broker wants them
 * @param authorityFile certificates (PEM) of the authority that signed the broker's, if it is not
 *     one of the system's
 * @param certificate the device's own, if the broker wants one; only with TLS
 * @param connectTimeout for one attempt
 */
public record BrokerLink(
    URI uri,
    Protocol protocol,
    Optional<Login> login,
    Optional<Path> authorityFile,
    Optional<ClientCertificate> certificate,
    Duration connectTimeout) {
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

  /**
   * PEM files.
   *
   * @param certificateFile the device's certificate, then any between it and the authority's
   * @param keyFile its private key, PKCS #8, not encrypted
   */
  public record ClientCertificate(Path certificateFile, Path keyFile) {
    public ClientCertificate {
      Objects.requireNonNull(certificateFile, "certificateFile");
      Objects.requireNonNull(keyFile, "keyFile");
    }
  }

  /** The version of MQTT. */
  public enum Protocol {
    /** 5 if the broker speaks it, else 3.1.1; found out at each connect. */
    AUTO,
    V3_1_1,
    V5
  }

  public BrokerLink {
    Objects.requireNonNull(protocol, "protocol");
    Objects.requireNonNull(certificate, "certificate");
    Objects.requireNonNull(login, "login");
    Objects.requireNonNull(authorityFile, "authorityFile");
    Objects.requireNonNull(connectTimeout, "connectTimeout");
  }

  /**
   * Checks what a person wrote; without a certificate of the device, any protocol.
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
      throw withoutTls(uri, "a certificate authority");
    }
    return new BrokerLink(
        parsed, Protocol.AUTO, login, authorityFile, Optional.empty(), Duration.ofSeconds(10));
  }

  /** The same with another choice of protocol. */
  public BrokerLink with(Protocol other) {
    return new BrokerLink(uri, other, login, authorityFile, certificate, connectTimeout);
  }

  /**
   * The same with a certificate of the device.
   *
   * @throws ProblemException {@code bad_broker_uri} without TLS
   */
  public BrokerLink with(ClientCertificate device) throws ProblemException {
    if (!tls()) {
      throw withoutTls(uri.toString(), "a device certificate");
    }
    return new BrokerLink(uri, protocol, login, authorityFile, Optional.of(device), connectTimeout);
  }

  /** Whether the connection is encrypted. */
  public boolean tls() {
    return uri.getScheme().equals("ssl");
  }

  private static ProblemException withoutTls(String uri, String what) {
    return new ProblemException(
        "bad_broker_uri",
        "the broker address " + uri + " doesn't use TLS, but " + what + " is given",
        "write ssl:// instead of tcp://, or leave it out");
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
}
