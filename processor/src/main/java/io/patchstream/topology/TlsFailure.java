package io.patchstream.topology;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** Says of a TLS connection that was not made whose certificate is at fault, and what to do. */
final class TlsFailure {

  /** How the other side says that it does not like ours. */
  private static final Pattern ALERT =
      Pattern.compile(
          "Received fatal alert: (bad_certificate|certificate_required|certificate_unknown"
              + "|certificate_expired|unknown_ca|handshake_failure|access_denied)");

  private TlsFailure() {}

  /**
   * One sentence, or empty if it is not TLS that failed.
   *
   * @param peer who it was with, as {@code the Kafka brokers at HOST}
   * @param client the settings of the client
   * @param prefix what its {@code ssl.} settings begin with
   */
  static Optional<String> explain(
      Throwable error, String peer, Map<String, ?> client, String prefix) {
    Optional<Throwable> tls = find(error, SSLException.class);
    if (tls.isEmpty()) {
      return Optional.empty();
    }
    Optional<Throwable> outOfDate =
        find(error, CertificateExpiredException.class)
            .or(() -> find(error, CertificateNotYetValidException.class));
    Optional<Throwable> refused = find(error, CertificateException.class);
    Matcher alert = ALERT.matcher(Errors.reasons(tls.get()));
    String sentence;
    if (outOfDate.isPresent()) {
      sentence =
          "The certificate of %s is out of date (%s): have it renewed, or set the clock."
              .formatted(peer, outOfDate.get().getMessage());
    } else if (find(error, CertPathBuilderException.class).isPresent()) {
      sentence =
          "The certificate of %s is signed by nobody that is trusted here: add its CA to the store"
                  .formatted(peer)
              + " of %sssl.truststore.location.".formatted(prefix);
    } else if (refused.isPresent()) {
      sentence =
          "The certificate of %s is not accepted: use a name or address that it holds (%s)."
              .formatted(peer, refused.get().getMessage());
    } else if (alert.find()) {
      sentence = ownCertificate(peer, client, prefix, alert.group(1));
    } else {
      sentence =
          "No TLS connection is made with %s: check that TLS is spoken there (%s)."
              .formatted(peer, Errors.reasons(tls.get()));
    }
    return Optional.of(sentence);
  }

  private static String ownCertificate(
      String peer, Map<String, ?> client, String prefix, String alert) {
    boolean shown =
        client.containsKey(prefix + "ssl.keystore.location")
            || client.containsKey(prefix + "ssl.keystore.key");
    return shown
        ? ("The certificate of %sssl.keystore.location is not accepted by %s: take one that is in"
                + " date and whose CA is trusted there (%s).")
            .formatted(prefix, peer, alert)
        : ("A client certificate is asked for by %s and there is none: name a store that holds one"
                + " in %sssl.keystore.location and %sssl.keystore.password (%s).")
            .formatted(peer, prefix, prefix, alert);
  }

  /** The innermost of that type. */
  private static Optional<Throwable> find(Throwable error, Class<? extends Throwable> type) {
    Optional<Throwable> found = Optional.empty();
    for (Throwable link = error; link != null; link = link.getCause()) {
      found = type.isInstance(link) ? Optional.of(link) : found;
    }
    return found;
  }
}
