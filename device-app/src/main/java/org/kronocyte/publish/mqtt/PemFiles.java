package org.kronocyte.publish.mqtt;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kronocyte.problem.ProblemException;

/** Reads secrets, certificates and keys from files. What a secret says is in no message. */
final class PemFiles {
  /** A chain of certificates has a few kilobytes. */
  static final int MAX_BYTES = 256 * 1024;

  private static final Pattern PKCS8 =
      Pattern.compile(
          "-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----",
          Pattern.DOTALL);

  private PemFiles() {}

  /**
   * The first line of a file.
   *
   * @throws ProblemException {@code secret_unreadable}
   */
  static String secret(Path file) throws ProblemException {
    try {
      String line = text(file).lines().findFirst().orElse("").strip();
      if (line.isEmpty()) {
        throw new IOException("it is empty");
      }
      return line;
    } catch (IOException e) {
      throw new ProblemException(
          "secret_unreadable",
          "the login file " + file + " can't be read: " + e,
          "put the value on its first line and let the service's user read it",
          e);
    }
  }

  /**
   * One or more certificates.
   *
   * @param code of the problem if there is none
   * @param what the file is, for messages
   */
  static List<X509Certificate> certificates(Path file, String code, String what)
      throws ProblemException {
    try {
      List<X509Certificate> all = new ArrayList<>();
      byte[] pem = text(file).getBytes(StandardCharsets.US_ASCII);
      for (Certificate c :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem))) {
        all.add((X509Certificate) c);
      }
      if (all.isEmpty()) {
        throw new IOException("it holds no certificate");
      }
      return all;
    } catch (IOException | GeneralSecurityException e) {
      throw new ProblemException(
          code,
          "the " + what + " file " + file + " can't be used: " + e.getMessage(),
          "give it in PEM form",
          e);
    }
  }

  /**
   * A private key of any algorithm this Java knows for TLS.
   *
   * @throws ProblemException {@code device_key_unreadable}
   */
  static PrivateKey key(Path file) throws ProblemException {
    try {
      Matcher pem = PKCS8.matcher(text(file));
      if (!pem.find()) {
        throw new GeneralSecurityException("it holds no 'BEGIN PRIVATE KEY'");
      }
      PKCS8EncodedKeySpec spec =
          new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1)));
      GeneralSecurityException unknown =
          new GeneralSecurityException("it is no key for EC, RSA or EdDSA");
      for (String algorithm : List.of("EC", "RSA", "EdDSA")) {
        try {
          return KeyFactory.getInstance(algorithm).generatePrivate(spec);
        } catch (GeneralSecurityException e) {
          unknown.addSuppressed(e); // A key of another kind.
        }
      }
      throw unknown;
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new ProblemException(
          "device_key_unreadable",
          "the device's key file " + file + " can't be used: " + e.getMessage(),
          "convert it with 'openssl pkcs8 -topk8 -nocrypt' and let only the service's user read it",
          e);
    }
  }

  private static String text(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IOException("it is larger than " + MAX_BYTES + " bytes");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
