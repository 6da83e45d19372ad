package org.kronocyte.publish.mqtt;

import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.BrokerLink;

/** From what a library threw to what a technician can do. */
final class ConnectProblems {
  private ConnectProblems() {}

  /** The broker answered, and said no. */
  static ProblemException refused(BrokerLink link, Throwable e) {
    return new ProblemException(
        "broker_refused",
        "the broker " + link.uri() + " refused the connection: " + e.getMessage(),
        "check user name, password, the device's certificate and the broker's access rules",
        e);
  }

  /** No answer; certificates are told apart by what is in the chain of causes. */
  static ProblemException unreachable(BrokerLink link, Throwable e) {
    Throwable last = e;
    for (Throwable t = e; t != null; t = t.getCause()) {
      last = t;
      if (t instanceof CertificateExpiredException) {
        return certificate(link, "broker_certificate_expired", "has expired", t, e);
      }
      if (t instanceof CertificateNotYetValidException) {
        return certificate(link, "broker_certificate_not_yet_valid", "isn't valid yet", t, e);
      }
      if (t instanceof SSLException && isAlert(t)) {
        return new ProblemException(
            "device_certificate_refused",
            "the broker " + link.uri() + " won't have this device's certificate: " + t.getMessage(),
            "renew it or give one of the authority the broker trusts (mqtt.cert_file, key_file)",
            e);
      }
    }
    return new ProblemException(
        "broker_unreachable",
        "no connection to the broker "
            + link.uri()
            + ": "
            + (last.getMessage() == null ? last.toString() : last.getMessage()),
        "check that it runs and that address, port and certificates are right",
        e);
  }

  private static ProblemException certificate(
      BrokerLink link, String code, String what, Throwable detail, Throwable cause) {
    return new ProblemException(
        code,
        "by this device's clock the certificate of the broker "
            + link.uri()
            + " "
            + what
            + ": "
            + detail.getMessage(),
        "check the device's clock, then renew the broker's certificate",
        cause);
  }

  /** The broker names the fault of a certificate in a TLS alert. */
  private static boolean isAlert(Throwable t) {
    String text = String.valueOf(t.getMessage()).toLowerCase(Locale.ROOT);
    return text.contains("fatal alert")
        && (text.contains("certificate") || text.contains("unknown_ca"));
  }
}
