package org.kronocyte.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The link to a broker. Secrets stay in files of their own, so that this file can be shown to
 * anybody.
 *
 * @param uri {@code tcp://host:port} or {@code ssl://host:port}, the port always there
 * @param login user name and password, if the broker asks for them
 * @param caFile absolute path of the PEM certificate that signed the broker's; empty for the
 *     system's authorities; only with {@code ssl://}
 * @param client the device's own certificate, if the broker asks for one; only with {@code ssl://}
 * @param link how the link is used
 * @param crops of which cells pictures are sent
 * @param commands verbs that are allowed, as written
 * @param homeAssistant whether entities are described for Home Assistant
 * @param thingsBoard whether telemetry is sent for ThingsBoard, too
 */
public record MqttConfig(
    URI uri,
    Optional<Login> login,
    Optional<Path> caFile,
    Optional<ClientCertificate> client,
    LinkConfig link,
    Crops crops,
    List<String> commands,
    boolean homeAssistant,
    boolean thingsBoard) {
  /** None changes anything. */
  public static final List<String> DEFAULT_COMMANDS = List.of("identify", "report", "site-list");

  public static final int DEFAULT_TCP_PORT = 1883;
  public static final int DEFAULT_SSL_PORT = 8883;

  /** Of which cells pictures are sent. */
  public enum Crops {
    NONE,
    /** Those the classifier wouldn't decide on. */
    UNCERTAIN,
    ALL
  }

  /**
   * Files with one line each.
   *
   * @param usernameFile absolute path
   * @param passwordFile absolute path; readable by its owner only when the configuration was read
   */
  public record Login(Path usernameFile, Path passwordFile) {}

  /**
   * PEM files.
   *
   * @param certFile absolute path of the certificate
   * @param keyFile absolute path of its private key; readable by its owner only when the
   *     configuration was read
   */
  public record ClientCertificate(Path certFile, Path keyFile) {}

  /** Whether the link is encrypted. */
  public boolean encrypted() {
    return uri.getScheme().equals("ssl");
  }
}
