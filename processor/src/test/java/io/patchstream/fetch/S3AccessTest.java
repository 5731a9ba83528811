package io.patchstream.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;

/**
 * What the options leave open. The AWS SDK finds only what a test says: the build keeps the
 * environment, the profiles and the metadata service of the machine away.
 */
class S3AccessTest {

  private static final Optional<URI> STORE = Optional.of(URI.create("http://minio.example:9000"));

  @AfterEach
  void forget() {
    System.getProperties().keySet().removeIf(key -> key.toString().startsWith("aws."));
  }

  @Test
  void whatTheSdkFindsIsTaken() {
    System.setProperty("aws.region", "eu-west-3");
    System.setProperty("aws.accessKeyId", "AKIDEXAMPLE");
    System.setProperty("aws.secretAccessKey", "the-secret");

    S3Access access = S3Access.find(S3Options.DEFAULT);

    assertThat(access.region()).isEqualTo("eu-west-3");
    assertThat(access.credentials().resolveCredentials())
        .isInstanceOfSatisfying(
            AwsBasicCredentials.class,
            found -> assertThat(found.accessKeyId()).isEqualTo("AKIDEXAMPLE"));
  }

  @Test
  void theOptionsWin() {
    System.setProperty("aws.region", "eu-west-3");

    assertThat(S3Access.find(anonymous(Optional.empty(), "eu-west-1")).region())
        .isEqualTo("eu-west-1");
  }

  @Test
  void anEndpointNeedsNoRegion() {
    assertThat(S3Access.find(anonymous(STORE, null)).region()).isEqualTo("us-east-1");
  }

  @Test
  void awsNeedsARegion() {
    assertThatThrownBy(() -> S3Access.find(anonymous(Optional.empty(), null)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no region for s3: URIs. Set it, or AWS_REGION");
  }

  @Test
  void credentialsThatAreMissingAreToldAtTheStart() {
    S3Options options = new S3Options(STORE, Optional.empty(), false);

    assertThatThrownBy(() -> S3Access.find(options))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no credentials for s3: URIs. Give them");
  }

  private static S3Options anonymous(Optional<URI> endpoint, String region) {
    return new S3Options(endpoint, Optional.ofNullable(region), true);
  }
}
