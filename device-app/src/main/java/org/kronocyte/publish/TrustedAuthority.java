package org.kronocyte.publish;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.kronocyte.problem.ProblemException;

/** TLS that trusts the certificates of one file and nothing else. */
final class TrustedAuthority {
  private TrustedAuthority() {}

  /**
   * @param pem one or more certificates
   * @throws ProblemException {@code authority_unreadable}
   */
  static SSLSocketFactory sockets(Path pem) throws ProblemException {
    try (InputStream in = Files.newInputStream(pem)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate c : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("authority-" + number++, c);
      }
      if (number == 0) {
        throw new IOException("it holds no certificate");
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context.getSocketFactory();
    } catch (IOException | GeneralSecurityException e) {
      throw new ProblemException(
          "authority_unreadable",
          "the certificate authority file " + pem + " can't be used: " + e.getMessage(),
          "give the authority's certificate in PEM form",
          e);
    }
  }
}
