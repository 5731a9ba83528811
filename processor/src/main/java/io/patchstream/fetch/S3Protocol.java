package io.patchstream.fetch;

import io.patchstream.fetch.FetchException.Reason;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpResponse;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/**
 * {@code s3:}, as GetObject requests with AWS's Signature Version 4.
 *
 * <p>Of the AWS SDK only what finds credentials and region and what signs: 5 MB, half of what its
 * S3 client takes. That client would be a second HTTP client, with limits, retries and redirects of
 * its own to be held to ours. What the SDK itself asks for credentials, metadata and security token
 * services, is what the operator's configuration names; no event reaches it.
 */
final class S3Protocol implements Protocol {

  private static final AwsV4HttpSigner SIGNER = AwsV4HttpSigner.create();

  private final S3Access access;
  private final Optional<URI> endpoint;
  private final String awsHost;

  S3Protocol(Optional<URI> endpoint, S3Access access) {
    this.access = access;
    this.endpoint = endpoint;
    String region = access.region();
    awsHost = "s3." + region + "." + PartitionMetadata.of(Region.of(region)).dnsSuffix();
  }

  @Override
  public HttpGet request(Location location) throws FetchException, TransientException {
    if (location.path().equals("/")) {
      throw new FetchException(Reason.REFUSED, location + " names a bucket and no object in it.");
    }
    URI uri = uri(location);
    HttpGet request = new HttpGet(uri);
    signed(uri, credentials(location))
        .forEachHeader((name, values) -> values.forEach(value -> request.addHeader(name, value)));
    request.removeHeaders(HttpHeaders.HOST); // the client says the same
    return request;
  }

  /** None is followed: it leads to another region, for which the signature is not valid. */
  @Override
  public Optional<Location> redirect(Location from, HttpResponse answer) {
    return Optional.empty();
  }

  @Override
  public String explain(ClassicHttpResponse refusal) throws IOException {
    return S3Refusal.explain(refusal, access.region());
  }

  /** A bucket with dots has no place in AWS's certificate: it goes into the path, as elsewhere. */
  private URI uri(Location location) {
    String bucket = location.uri().getRawAuthority();
    String key = SdkHttpUtils.urlEncodeIgnoreSlashes(location.uri().getPath());
    if (endpoint.isPresent()) {
      return URI.create(endpoint.get() + "/" + bucket + key);
    }
    return URI.create(
        bucket.indexOf('.') < 0
            ? "https://" + bucket + "." + awsHost + key
            : "https://" + awsHost + "/" + bucket + key);
  }

  private AwsCredentials credentials(Location location) throws TransientException {
    try {
      return access.credentials().resolveCredentials();
    } catch (RuntimeException e) { // of the SDK's, or IllegalStateException if it was interrupted
      throw new TransientException(location + " cannot be asked for: no credentials", e);
    }
  }

  /** S3 takes a path as it is, where other services have it normalised and encoded once more. */
  private SdkHttpRequest signed(URI uri, AwsCredentials credentials) {
    SdkHttpRequest request = SdkHttpRequest.builder().method(SdkHttpMethod.GET).uri(uri).build();
    return SIGNER
        .sign(
            sign ->
                sign.request(request)
                    .identity(credentials)
                    .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "s3")
                    .putProperty(AwsV4HttpSigner.REGION_NAME, access.region())
                    .putProperty(AwsV4HttpSigner.DOUBLE_URL_ENCODE, false)
                    .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, false))
        .request();
  }
}
