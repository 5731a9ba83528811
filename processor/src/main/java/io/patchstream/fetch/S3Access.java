package io.patchstream.fetch;

import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

/**
 * Who asks, and in which region.
 *
 * @param credentials blocks while it renews what has run out
 * @param region a name such as {@code eu-central-1}
 */
record S3Access(AwsCredentialsProvider credentials, String region) {

  /** What stores other than AWS go by unless told. */
  private static final String USUAL_REGION = "us-east-1";

  /**
   * Asks the AWS SDK for what the options leave open.
   *
   * @throws IllegalStateException if it finds no region or no credentials, saying what to set
   */
  static S3Access find(S3Options options) {
    String region = options.region().orElseGet(() -> findRegion(options));
    S3Options.checkRegion(region);
    return new S3Access(
        options.anonymous() ? AnonymousCredentialsProvider.create() : findCredentials(), region);
  }

  private static String findRegion(S3Options options) {
    try {
      return new DefaultAwsRegionProviderChain().getRegion().id();
    } catch (SdkException e) {
      if (options.endpoint().isPresent()) {
        return USUAL_REGION;
      }
      throw new IllegalStateException(
          "There is no region for s3: URIs. Set it, or AWS_REGION in the environment.", e);
    }
  }

  /** Asks once, so that what is missing is known before the first event is read. */
  private static AwsCredentialsProvider findCredentials() {
    AwsCredentialsProvider credentials = DefaultCredentialsProvider.builder().build();
    try {
      credentials.resolveCredentials();
      return credentials;
    } catch (SdkException e) {
      throw new IllegalStateException(
          "There are no credentials for s3: URIs. Give them in the environment or a profile, or"
              + " read public buckets anonymously. The AWS SDK says: "
              + e.getMessage()
              + ".",
          e);
    }
  }
}
