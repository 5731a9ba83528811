package io.patchstream.fetch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;

/**
 * What S3 says when it gives no object, and what to do about it. Of its error document only the
 * code is shown: the rest may quote the access key and what was signed.
 */
final class S3Refusal {

  private static final int MAX_DOCUMENT_BYTES = 8192;
  private static final Pattern CODE = Pattern.compile("<Code>([A-Za-z]{1,64})</Code>");
  private static final String BUCKET_REGION = "x-amz-bucket-region";

  private static final Map<String, String> ADVICE =
      Map.ofEntries(
          Map.entry("NoSuchBucket", "there is no such bucket"),
          Map.entry("NoSuchKey", "there is no such key"),
          Map.entry(
              "AccessDenied",
              "allow these credentials s3:GetObject (and s3:ListBucket, without which a key that is"
                  + " not there looks forbidden)"),
          Map.entry("InvalidAccessKeyId", "the store does not know this access key"),
          Map.entry("SignatureDoesNotMatch", "the secret key does not belong to the access key"),
          Map.entry("ExpiredToken", "renew the credentials"),
          Map.entry("InvalidToken", "renew the credentials"),
          Map.entry("RequestTimeTooSkewed", "set this machine's clock"),
          Map.entry("InvalidObjectState", "it is archived: restore it first"),
          Map.entry("PermanentRedirect", "set the region that the bucket is in"),
          Map.entry("AuthorizationHeaderMalformed", "set the region that the bucket is in"));

  private S3Refusal() {}

  /**
   * To be added to "answered 403".
   *
   * @param region the one that was asked in
   */
  static String explain(ClassicHttpResponse refusal, String region) throws IOException {
    Header actual = refusal.getFirstHeader(BUCKET_REGION);
    if (actual != null
        && S3Options.isRegion(actual.getValue())
        && !actual.getValue().equals(region)) {
      return ": the bucket is in " + actual.getValue() + ", set that region instead of " + region;
    }
    Matcher code = CODE.matcher(document(refusal));
    if (!code.find()) {
      return "";
    }
    String advice = ADVICE.get(code.group(1));
    return " " + code.group(1) + (advice == null ? "" : ": " + advice);
  }

  private static String document(ClassicHttpResponse refusal) throws IOException {
    if (refusal.getEntity() == null) {
      return "";
    }
    byte[] start = refusal.getEntity().getContent().readNBytes(MAX_DOCUMENT_BYTES);
    return new String(start, StandardCharsets.UTF_8);
  }
}
