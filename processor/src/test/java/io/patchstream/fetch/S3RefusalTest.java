package io.patchstream.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class S3RefusalTest {

  private static final String HERE = "eu-central-1";

  @ParameterizedTest
  @CsvSource({
    "404, NoSuchKey, there is no such key",
    "404, NoSuchBucket, there is no such bucket",
    "403, AccessDenied, allow these credentials s3:GetObject",
    "403, InvalidAccessKeyId, does not know this access key",
    "403, SignatureDoesNotMatch, secret key does not belong",
    "403, RequestTimeTooSkewed, set this machine's clock",
    "403, InvalidObjectState, restore it first",
    "400, ExpiredToken, renew the credentials",
    "400, AuthorizationHeaderMalformed, set the region",
    "301, PermanentRedirect, set the region",
  })
  void theCodeIsShownWithAdvice(int status, String code, String advice) throws Exception {
    String document =
        "<?xml version=\"1.0\"?>\n<Error><Code>"
            + code
            + "</Code><CanonicalRequest>x-amz-security-token:the-token</CanonicalRequest></Error>";

    assertThat(S3Refusal.explain(answer(status, document), HERE))
        .startsWith(" " + code + ": ")
        .contains(advice)
        .doesNotContain("the-token");
  }

  @Test
  void aCodeWithoutAdviceIsShownAlone() throws Exception {
    assertThat(S3Refusal.explain(answer(400, "<Error><Code>Unheard</Code>"), HERE))
        .isEqualTo(" Unheard");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "not S3", "<Code>a b</Code>", "<Code><script/></Code>"})
  void whatIsNoDocumentOfS3AddsNothing(String document) throws Exception {
    assertThat(S3Refusal.explain(answer(403, document), HERE)).isEmpty();
  }

  @Test
  void noDocumentAddsNothing() throws Exception {
    assertThat(S3Refusal.explain(new BasicClassicHttpResponse(403), HERE)).isEmpty();
  }

  @Test
  void aRegionThatIsNoneIsNotRepeated() throws Exception {
    ClassicHttpResponse odd = answer(301, "<Error><Code>Unheard</Code>");
    odd.setHeader("x-amz-bucket-region", "<b>here</b>");

    assertThat(S3Refusal.explain(odd, HERE)).isEqualTo(" Unheard");
  }

  private static ClassicHttpResponse answer(int status, String document) {
    ClassicHttpResponse answer = new BasicClassicHttpResponse(status);
    answer.setEntity(new ByteArrayEntity(document.getBytes(UTF_8), null));
    return answer;
  }
}
