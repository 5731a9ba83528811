package io.patchstream.topology;

import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.common.errors.AuthenticationException;

/** What is to be said of brokers that cannot be used: what is wrong, where, and what to do. */
final class BrokerFailure {

  /** Kafka's words for a value that it cannot read; some hold a piece of it. */
  private static final Pattern JAAS = Pattern.compile("JAAS config");

  private final String bootstrapServers;
  private final Map<String, ?> client;

  BrokerFailure(String bootstrapServers, Map<String, ?> client) {
    this.bootstrapServers = bootstrapServers;
    this.client = client;
  }

  /** Of an answer that did not come. */
  StreamFailedException unreachable(Throwable error) {
    return of(error, "No Kafka broker answers at ");
  }

  /** Of a client that cannot be made. */
  StreamFailedException noClient(Throwable error) {
    Throwable cause = error.getCause() == null ? error : error.getCause();
    return of(cause, "No Kafka client can be made for ");
  }

  private StreamFailedException of(Throwable error, String otherwise) {
    if (JAAS.matcher(Errors.reasons(error)).find()) {
      // Without the cause: a stack trace would show what it says.
      return new StreamFailedException(
          "sasl.jaas.config is missing or cannot be read: it is one line like"
              + " org.apache.kafka.common.security.scram.ScramLoginModule required"
              + " username=\"NAME\" password=\"PASSWORD\"; with its quotes and its semicolon.");
    }
    String sentence =
        TlsFailure.explain(error, "the Kafka brokers at " + bootstrapServers, client, "")
            .orElse(
                error instanceof AuthenticationException
                    ? "The Kafka brokers at "
                        + bootstrapServers
                        + " do not let this user in: check name and password in sasl.jaas.config,"
                        + " and sasl.mechanism ("
                        + Errors.reasons(error)
                        + ")."
                    : otherwise
                        + bootstrapServers
                        + ": check bootstrap.servers and the security settings ("
                        + Errors.reasons(error)
                        + ").");
    return new StreamFailedException(sentence, error);
  }
}
