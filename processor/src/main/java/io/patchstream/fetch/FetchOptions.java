package io.patchstream.fetch;

import java.time.Duration;
import java.util.List;

/**
 * What may be fetched, and at what cost.
 *
 * @param prefixes URIs under which everything is allowed: {@code file:/pictures}, {@code
 *     https://cdn.example/images}, {@code s3://bucket/images}; {@code https:} allows every host.
 *     None allows nothing.
 * @param privateHosts names and addresses of hosts whose address may be a private one
 * @param maxBytes the largest content, in bytes, at least 1
 * @param timeLimit the longest that one URI may take over HTTP, all redirects and retries together
 * @param connections the most connections at a time, at least 1
 * @param s3 where the buckets of {@code s3:} prefixes lie
 */
public record FetchOptions(
    List<String> prefixes,
    List<String> privateHosts,
    long maxBytes,
    Duration timeLimit,
    int connections,
    S3Options s3) {

  /**
   * Checks all of it.
   *
   * @throws IllegalArgumentException if a number is below 1 or a prefix is none, saying why
   */
  public FetchOptions {
    if (maxBytes < 1 || connections < 1 || timeLimit.isNegative() || timeLimit.isZero()) {
      throw new IllegalArgumentException(
          "limits are at least 1, not %d bytes, %s and %d connections"
              .formatted(maxBytes, timeLimit, connections));
    }
    prefixes = List.copyOf(prefixes);
    prefixes.forEach(AllowedPrefix::of);
    privateHosts = List.copyOf(privateHosts);
  }
}
