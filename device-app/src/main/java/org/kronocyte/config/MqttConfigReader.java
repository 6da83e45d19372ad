package org.kronocyte.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.kronocyte.config.yaml.Values;
import org.kronocyte.config.yaml.YamlSection;

/** Reads the section {@code mqtt}. */
final class MqttConfigReader {
  private static final String EXAMPLE_URI = "ssl://broker.clinic.example:8883";
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private MqttConfigReader() {}

  static MqttConfig read(YamlSection in) {
    in.require("uri", "the broker", EXAMPLE_URI);
    Optional<URI> uri =
        in.value(
            "uri",
            "tcp://host:port or ssl://host:port without user, password, path or query",
            EXAMPLE_URI,
            MqttConfigReader::brokerUri);
    Optional<Path> username = Values.path(in, "username_file", "/etc/kronocyte/mqtt.username");
    Optional<Path> password = Values.path(in, "password_file", "/etc/kronocyte/mqtt.password");
    Optional<Path> ca = Values.path(in, "ca_file", "/etc/kronocyte/broker-ca.pem");
    Optional<Path> cert = Values.path(in, "cert_file", "/etc/kronocyte/device.pem");
    Optional<Path> key = Values.path(in, "key_file", "/etc/kronocyte/device.key");
    checkPair(in, "username_file", "password_file");
    checkPair(in, "cert_file", "key_file");
    uri.ifPresent(u -> checkEncryption(in, u));
    password.ifPresent(file -> SecretFile.check(file, in.full("password_file"), in.problems()));
    key.ifPresent(file -> SecretFile.check(file, in.full("key_file"), in.problems()));
    LinkConfig link = LinkConfig.read(in);
    MqttConfig.Crops crops =
        Values.choice(in, "crops", MqttConfig.Crops.class).orElse(MqttConfig.Crops.NONE);
    List<String> commands = in.words("commands", "[identify, report, slide-finish]");
    boolean homeAssistant = Values.flag(in, "home_assistant", false).orElse(false);
    boolean thingsBoard = Values.flag(in, "thingsboard", false).orElse(false);
    in.finish();
    return new MqttConfig(
        uri.orElse(URI.create(EXAMPLE_URI)), // An absent one is a noted problem.
        username.flatMap(u -> password.map(p -> new MqttConfig.Login(u, p))),
        ca,
        cert.flatMap(c -> key.map(k -> new MqttConfig.ClientCertificate(c, k))),
        link,
        crops,
        in.has("commands") ? commands : MqttConfig.DEFAULT_COMMANDS,
        homeAssistant,
        thingsBoard);
  }

  private static Optional<URI> brokerUri(String text) {
    try {
      URI uri = new URI(text);
      boolean ssl = "ssl".equals(uri.getScheme());
      boolean plain =
          uri.getHost() != null
              && uri.getUserInfo() == null
              && (uri.getPath() == null || uri.getPath().isEmpty())
              && uri.getQuery() == null
              && uri.getFragment() == null
              && uri.getPort() != 0
              && uri.getPort() <= 65535;
      if (!plain || !(ssl || "tcp".equals(uri.getScheme()))) {
        return Optional.empty();
      }
      int port =
          uri.getPort() > 0
              ? uri.getPort()
              : ssl ? MqttConfig.DEFAULT_SSL_PORT : MqttConfig.DEFAULT_TCP_PORT;
      return Optional.of(new URI(uri.getScheme(), null, uri.getHost(), port, null, null, null));
    } catch (URISyntaxException e) {
      return Optional.empty(); // The caller reports the value.
    }
  }

  private static void checkPair(YamlSection in, String one, String other) {
    if (in.has(one) != in.has(other)) {
      String there = in.has(one) ? one : other;
      String missing = in.has(one) ? other : one;
      in.problems()
          .add(
              "config_missing_key",
              "'" + in.full(there) + "' at line " + in.line(there) + " has no '" + missing + "'",
              "give both or neither");
    }
  }

  private static void checkEncryption(YamlSection in, URI uri) {
    if (uri.getScheme().equals("ssl")) {
      return;
    }
    for (String key : List.of("ca_file", "cert_file", "key_file")) {
      if (in.has(key)) {
        in.problems()
            .add(
                "config_wrong_kind",
                "'" + in.full(key) + "' at line " + in.line(key) + " doesn't fit " + uri,
                "write ssl:// in 'uri', or remove the key");
      }
    }
    if (in.has("password_file") && !LOOPBACK.contains(uri.getHost())) {
      in.problems()
          .add(
              "secret_in_clear",
              "the password in '" + in.full("password_file") + "' would go unencrypted to " + uri,
              "write ssl:// in 'uri', or use a broker on this machine");
    }
  }
}
