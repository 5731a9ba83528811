package io.patchstream.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.patchstream.fetch.FetchException.Reason;
import java.net.URI;
import java.util.Optional;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;

/** Which request an S3 URI becomes; {@code S3IT} has the signatures checked by a store. */
class S3ProtocolTest {

  private static final AwsCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(
          AwsSessionCredentials.create("AKIDEXAMPLE", "the-secret", "the-token"));

  private static final S3Protocol AWS = protocol(Optional.empty(), "eu-central-1");

  @ParameterizedTest
  @CsvSource({
    "s3://bucket/images/a.png, https://bucket.s3.eu-central-1.amazonaws.com/images/a.png",
    "s3://my.bucket/a.png, https://s3.eu-central-1.amazonaws.com/my.bucket/a.png",
    "s3://bucket/a%20b+c(1).png, https://bucket.s3.eu-central-1.amazonaws.com/a%20b%2Bc%281%29.png",
    "s3://bucket/%61!~_-.'*, https://bucket.s3.eu-central-1.amazonaws.com/a%21~_-.%27%2A",
    "s3://bucket/100%25%3F%23%26=, https://bucket.s3.eu-central-1.amazonaws.com/100%25%3F%23%26%3D",
    "s3://bucket/blå, https://bucket.s3.eu-central-1.amazonaws.com/bl%C3%A5",
    "s3://bucket/bla\u030a, https://bucket.s3.eu-central-1.amazonaws.com/bla%CC%8A",
    "s3://bucket//a//b/, https://bucket.s3.eu-central-1.amazonaws.com//a//b/",
  })
  void aKeyIsEncodedAsS3SpellsIt(String uri, String url) throws Exception {
    assertThat(AWS.request(Location.of(uri)).getUri()).hasToString(url);
  }

  @ParameterizedTest
  @CsvSource({
    "cn-north-1, https://bucket.s3.cn-north-1.amazonaws.com.cn/a",
    "us-gov-west-1, https://bucket.s3.us-gov-west-1.amazonaws.com/a",
    "xx-future-9, https://bucket.s3.xx-future-9.amazonaws.com/a",
  })
  void aRegionHasItsOwnHost(String region, String url) throws Exception {
    HttpGet request = protocol(Optional.empty(), region).request(Location.of("s3://bucket/a"));

    assertThat(request.getUri()).hasToString(url);
    assertThat(request.getHeader("Authorization").getValue()).contains("/" + region + "/s3/");
  }

  @Test
  void anEndpointHasTheBucketInThePath() throws Exception {
    S3Protocol store = protocol(Optional.of(URI.create("http://minio.example:9000")), "here");

    assertThat(store.request(Location.of("s3://bucket/a%20b")).getUri())
        .hasToString("http://minio.example:9000/bucket/a%20b");
  }

  @Test
  void withoutCredentialsNothingIsSigned() throws Exception {
    S3Protocol open =
        new S3Protocol(
            Optional.empty(), new S3Access(AnonymousCredentialsProvider.create(), "eu-central-1"));

    assertThat(open.request(Location.of("s3://bucket/a")).getHeaders()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "s3://bucket, names a bucket",
    "s3://bucket/, names a bucket",
    "s3:bucket/a, absolute path",
    "s3:/bucket/a, names no bucket",
    "s3:///a, names no bucket",
    "s3://Bucket/a, names no bucket",
    "s3://my_bucket/a, names no bucket",
    "s3://b/a, names no bucket",
    "s3://bucket.-x-/a, names no bucket",
    "s3://a..b/a, names no bucket",
    "s3://169.254.169.254/latest/, names no bucket",
    "s3://bucket:80/a, names no bucket",
    "s3://bucket%2eevil/a, names no bucket",
    "s3://key:secret@bucket/a, user name",
    "s3://bucket/a?versionId=1, has a query",
    "s3://bucket/a#1, no fragment",
    "s3://bucket/images/../secret, segment . or ..",
    "s3://bucket/../secret, segment . or ..",
    "s3://bucket/images/./a, segment . or ..",
    "s3://bucket/images/.., segment . or ..",
    "s3://bucket/images/%2e%2e/secret, hides dots",
    "s3://bucket/images/..%2fsecret, hides dots",
    "s3://bucket/images/..%252fsecret, hides dots",
    "s3://bucket/images/..%5csecret, hides dots",
    "s3://bucket/images/..;/secret, hides dots",
    "s3://bucket/a%00.png, hides dots",
    "s3://bucket/%ff.png, not UTF-8",
    "s3://bucket/a b, is no URI",
    "s3://bucket/50%, is no URI",
  })
  void aSpellingThatIsNotPlainIsRefused(String uri, String why) {
    FetchException refused =
        catchThrowableOfType(FetchException.class, () -> AWS.request(Location.of(uri)));

    assertThat(refused).hasMessageContaining(why).hasMessageNotContaining("secret@");
    assertThat(refused.reason()).isEqualTo(Reason.REFUSED);
  }

  @ParameterizedTest
  @CsvSource({
    "s3://bucket, s3://bucket/a.png, true",
    "s3://bucket/images/, s3://bucket/images/a.png, true",
    "s3://bucket/images, s3://bucket/images/sub//a.png, true",
    "s3://bucket/images, s3://bucket/images-private/a.png, false",
    "s3://bucket/images, s3://bucket//images/a.png, false",
    "s3://bucket, s3://bucket.two/a.png, false",
    "s3://bucket, https://bucket/a.png, false",
    "https:, s3://bucket/a.png, false",
  })
  void aPrefixIsABucketAndWholeSegments(String prefix, String uri, boolean covers)
      throws Exception {
    assertThat(AllowedPrefix.of(prefix).covers(Location.of(uri))).isEqualTo(covers);
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3:", "s3://", "s3:///images"})
  void aPrefixNamesItsBucket(String prefix) {
    assertThatThrownBy(() -> AllowedPrefix.of(prefix))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("No prefix to allow: " + prefix);
  }

  @Test
  void anotherRegionIsNamedAndNotFollowed() throws Exception {
    ClassicHttpResponse moved = new BasicClassicHttpResponse(307);
    moved.setHeader("Location", "https://bucket.s3.us-west-2.amazonaws.com/a");
    moved.setHeader("x-amz-bucket-region", "us-west-2");

    assertThat(AWS.redirect(Location.of("s3://bucket/a"), moved)).isEmpty();
    assertThat(AWS.explain(moved))
        .isEqualTo(": the bucket is in us-west-2, set that region instead of eu-central-1");
  }

  @Test
  void credentialsThatCannotBeRenewedMayBeLater() {
    AwsCredentialsProvider away =
        () -> {
          throw SdkClientException.create("nobody is here");
        };
    S3Protocol protocol = new S3Protocol(Optional.empty(), new S3Access(away, "eu-central-1"));

    assertThatThrownBy(() -> protocol.request(Location.of("s3://bucket/a")))
        .isInstanceOf(TransientException.class)
        .hasMessage("s3://bucket/a cannot be asked for: no credentials")
        .hasRootCauseMessage("nobody is here");
  }

  private static S3Protocol protocol(Optional<URI> endpoint, String region) {
    return new S3Protocol(endpoint, new S3Access(CREDENTIALS, region));
  }
}
