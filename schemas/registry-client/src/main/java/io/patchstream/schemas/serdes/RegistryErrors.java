package io.patchstream.schemas.serdes;

import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import org.apache.avro.AvroRuntimeException;
import org.apache.kafka.common.errors.RetriableException;

/** Tells a registry that did not answer from a record that is wrong. */
public final class RegistryErrors {
  private RegistryErrors() {}

  /**
   * Whether the same bytes, or the same record, may well pass later.
   *
   * <p>True where the registry could not be reached, timed out, refused the credentials (401, 403),
   * was too busy or failed (408, 429, 5xx), or answered what no registry answers. False where it
   * gave its verdict: the schema or subject is not there (404 with a code of its own), or is
   * invalid or incompatible (409, 422). False as well where the bytes cannot be read, and for every
   * error that has nothing to do with a registry.
   *
   * @param error what a serde of {@link EventSerdes} threw, or anything that wraps it
   */
  public static boolean isRetriable(Throwable error) {
    boolean retriable = false;
    for (Throwable link = error; link != null; link = link.getCause()) {
      if (link instanceof AvroRuntimeException) {
        return false;
      }
      if (link instanceof RestClientException answer) {
        return !isVerdict(answer);
      }
      if (link instanceof IOException) {
        return !isUnusableSchema(link);
      }
      // The client throws some of these without a cause that would say more.
      retriable |= link instanceof RetriableException;
    }
    return retriable;
  }

  /** Whether the registry refused the credentials, or what the user wanted to do (401, 403). */
  public static boolean isRefusal(Throwable error) {
    for (Throwable link = error; link != null; link = link.getCause()) {
      if (link instanceof RestClientException answer) {
        return answer.getStatus() == 401 || answer.getStatus() == 403;
      }
    }
    return false;
  }

  private static boolean isVerdict(RestClientException answer) {
    return switch (answer.getStatus()) {
      // A proxy or a wrong path answers 404 as well, but without a registry's error code.
      case 404 -> answer.getErrorCode() / 100 == 404;
      case 409, 422 -> true;
      default -> false;
    };
  }

  /** The client's one IOException that is no trouble with input or output: not an Avro schema. */
  private static boolean isUnusableSchema(Throwable error) {
    return error.getClass() == IOException.class
        && error.getMessage() != null
        && error.getMessage().startsWith("Invalid schema ");
  }
}
