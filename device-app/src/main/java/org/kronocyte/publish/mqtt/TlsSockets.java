package org.kronocyte.publish.mqtt;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.BrokerLink;

/**
 * TLS as a link wants it: trusting the authorities of one file and nothing else, or the system's;
 * showing the device's certificate if it has one.
 */
final class TlsSockets {
  private static final char[] NO_PASSWORD = new char[0];

  private TlsSockets() {}

  /**
   * @throws ProblemException {@code authority_unreadable}, {@code device_certificate_unreadable},
   *     {@code device_key_unreadable}, {@code device_key_mismatch}, {@code
   *     device_certificate_expired} or {@code device_certificate_not_yet_valid}
   */
  static SSLSocketFactory of(BrokerLink link) throws ProblemException {
    KeyManager[] keys = null;
    TrustManager[] trust = null;
    if (link.certificate().isPresent()) {
      keys = keys(link.certificate().get());
    }
    Optional<Path> authority = link.authorityFile();
    if (authority.isPresent()) {
      trust = trust(authority.get());
    }
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, trust, null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no TLS", e);
    }
  }

  private static TrustManager[] trust(Path file) throws ProblemException {
    List<X509Certificate> authorities =
        PemFiles.certificates(file, "authority_unreadable", "certificate authority");
    try {
      KeyStore store = emptyStore();
      for (X509Certificate c : authorities) {
        store.setCertificateEntry("authority-" + store.size(), c);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory.getTrustManagers();
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("a key store in memory failed", e);
    }
  }

  private static KeyManager[] keys(BrokerLink.ClientCertificate device) throws ProblemException {
    List<X509Certificate> chain =
        PemFiles.certificates(
            device.certificateFile(), "device_certificate_unreadable", "device certificate");
    PrivateKey key = PemFiles.key(device.keyFile());
    checkDates(device, chain.get(0));
    checkPair(device, chain.get(0), key);
    try {
      KeyStore store = emptyStore();
      store.setKeyEntry("device", key, NO_PASSWORD, chain.toArray(new X509Certificate[0]));
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, NO_PASSWORD);
      return factory.getKeyManagers();
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw mismatch(device, e);
    }
  }

  /** The broker only says that it won't have it; why can be said here. */
  private static void checkDates(BrokerLink.ClientCertificate device, X509Certificate certificate)
      throws ProblemException {
    try {
      certificate.checkValidity();
    } catch (CertificateExpiredException | CertificateNotYetValidException e) {
      boolean expired = e instanceof CertificateExpiredException;
      throw new ProblemException(
          expired ? "device_certificate_expired" : "device_certificate_not_yet_valid",
          "by this device's clock its certificate "
              + device.certificateFile()
              + (expired ? " has expired: " : " isn't valid yet: ")
              + e.getMessage(),
          "check the device's clock, then renew the certificate (deploy/broker/certificates.sh renew)",
          e);
    }
  }

  /** A key of another certificate is found out by signing something. */
  private static void checkPair(
      BrokerLink.ClientCertificate device, X509Certificate certificate, PrivateKey key)
      throws ProblemException {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> key.getAlgorithm();
        };
    byte[] text = {1, 2, 3};
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(text);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(text);
      if (!signature.verify(signed)) {
        throw new GeneralSecurityException("they don't belong together");
      }
    } catch (GeneralSecurityException e) {
      throw mismatch(device, e);
    }
  }

  private static ProblemException mismatch(BrokerLink.ClientCertificate device, Exception e) {
    return new ProblemException(
        "device_key_mismatch",
        "the key " + device.keyFile() + " doesn't fit " + device.certificateFile() + ": " + e,
        "use the key the certificate was made for",
        e);
  }

  private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }
}
