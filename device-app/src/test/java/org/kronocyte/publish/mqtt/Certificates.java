package org.kronocyte.publish.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.kronocyte.publish.BrokerLink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Certificates made by the script a clinic uses. */
final class Certificates {
  private static final Logger log = LoggerFactory.getLogger(Certificates.class);
  private static final Map<String, String> LONG_AGO =
      Map.of("START", "20200101000000Z", "END", "20200201000000Z");

  private final Path folder;

  private Certificates(Path folder) {
    this.folder = folder;
  }

  /**
   * An authority and a certificate for a broker on localhost, or skips the test without openssl.
   */
  static Certificates makeOrSkip(Path folder) throws Exception {
    boolean present =
        Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
            .anyMatch(f -> Files.isExecutable(Path.of(f, "openssl")));
    if (!present) {
      log.warn("SKIPPED: no openssl here; install it to run this");
    }
    assumeTrue(present, "openssl is not installed");
    Certificates made = new Certificates(folder);
    made.run(Map.of(), "authority", folder.toString());
    made.run(Map.of(), "broker", folder.toString(), "localhost");
    return made;
  }

  BrokerLink.ClientCertificate device(String name) throws Exception {
    return device(name, Map.of());
  }

  BrokerLink.ClientCertificate expiredDevice(String name) throws Exception {
    return device(name, LONG_AGO);
  }

  void expireBroker() throws Exception {
    run(LONG_AGO, "broker", folder.toString(), "localhost");
  }

  private BrokerLink.ClientCertificate device(String name, Map<String, String> dates)
      throws Exception {
    run(dates, "device", folder.toString(), name);
    return new BrokerLink.ClientCertificate(
        folder.resolve(name + ".crt"), folder.resolve(name + ".key"));
  }

  Path authority() {
    return folder.resolve("authority.crt");
  }

  /** For mosquitto.conf. */
  String[] brokerSettings(String... more) {
    List<String> lines =
        new ArrayList<>(
            List.of(
                "cafile " + authority(),
                "certfile " + folder.resolve("broker.crt"),
                "keyfile " + folder.resolve("broker.key")));
    lines.addAll(List.of(more));
    return lines.toArray(String[]::new);
  }

  private void run(Map<String, String> dates, String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of("sh", Path.of("../deploy/broker/certificates.sh").toRealPath().toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("certificates.log").toFile());
    builder.environment().putAll(dates);
    assertEquals(
        0, builder.start().waitFor(), Files.readString(folder.resolve("certificates.log")));
  }
}
