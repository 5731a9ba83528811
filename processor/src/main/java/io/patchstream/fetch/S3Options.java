package io.patchstream.fetch;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where the buckets of {@code s3:} URIs lie. The defaults are those of the AWS SDK: environment,
 * profile files, then what the container or the machine says.
 *
 * @param endpoint scheme, host and port of another store that speaks S3 (MinIO, Ceph); empty for
 *     AWS itself
 * @param region the region of the buckets; empty for the SDK's, or {@code us-east-1} at an endpoint
 *     where that has none
 * @param anonymous whether requests go unsigned, as public buckets allow
 */
public record S3Options(Optional<URI> endpoint, Optional<String> region, boolean anonymous) {

  /** AWS, with the region and the credentials that the SDK finds. */
  public static final S3Options DEFAULT = new S3Options(Optional.empty(), Optional.empty(), false);

  private static final Pattern REGION = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  /**
   * Checks all of it.
   *
   * @throws IllegalArgumentException if the endpoint is more or less than an origin, or the region
   *     no name, saying why
   */
  public S3Options {
    endpoint = endpoint.map(S3Options::origin);
    region.ifPresent(S3Options::checkRegion);
  }

  static boolean isRegion(String name) {
    return REGION.matcher(name).matches();
  }

  static void checkRegion(String name) {
    if (!isRegion(name)) {
      throw new IllegalArgumentException(
          "'" + name + "' is no name of an S3 region: it is one like eu-central-1.");
    }
  }

  private static URI origin(URI endpoint) {
    try {
      Location location = Location.of(endpoint.toString());
      if (!location.isWeb()
          || !location.path().equals("/")
          || location.uri().getRawQuery() != null) {
        throw new IllegalArgumentException(
            endpoint + " is no S3 endpoint: it is one like https://minio.example:9000.");
      }
      return URI.create(location.origin());
    } catch (FetchException e) {
      throw new IllegalArgumentException("No S3 endpoint: " + e.getMessage(), e);
    }
  }
}
