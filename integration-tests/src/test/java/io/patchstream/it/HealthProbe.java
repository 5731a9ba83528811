package io.patchstream.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks a processor how it is, as Kubernetes does, at the address that it has logged. */
final class HealthProbe {

  private static final Pattern ADDRESS = Pattern.compile("Health and metrics at (http://[\\w.:]+)");
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);

  private final HttpClient client = HttpClient.newHttpClient();
  private final String address;

  /** A probe of that address. */
  private HealthProbe(String address) {
    this.address = address;
  }

  /**
   * What was seen at one moment.
   *
   * @param whole {@code /health}
   */
  record Look(int live, int ready, JsonNode whole) {

    String stage() {
      return whole.get("stage").asText();
    }

    String streams() {
      return whole.path("streams").asText();
    }

    String reasons() {
      return whole.get("reasons").toString();
    }
  }

  /**
   * Waits until the processor has said where it answers; it has {@code patchstream.http.port=0}.
   */
  static HealthProbe of(ProcessorProcess processor, Duration atMost) {
    processor.awaitLog("Health and metrics at ", atMost);
    Matcher address = ADDRESS.matcher(processor.log().replace("\\/", "/"));
    if (!address.find()) {
      throw new AssertionError("no address in\n" + processor.log());
    }
    return new HealthProbe(address.group(1));
  }

  /** Looks once. */
  Look look() {
    try {
      return tryLook();
    } catch (IOException e) {
      throw new AssertionError(address + " does not answer", e);
    }
  }

  /**
   * All that is seen until the processor no longer answers; {@code what} follows the first look.
   */
  List<Look> lookToTheEnd(Runnable what) throws InterruptedException {
    List<Look> looks = new ArrayList<>(List.of(look()));
    what.run();
    while (true) {
      try {
        looks.add(tryLook());
      } catch (IOException e) {
        return looks;
      }
      Thread.sleep(BETWEEN_LOOKS.toMillis());
    }
  }

  private Look tryLook() throws IOException {
    return new Look(
        get("/health/live").statusCode(),
        get("/health/ready").statusCode(),
        new ObjectMapper().readTree(get("/health").body()));
  }

  private HttpResponse<String> get(String path) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address + path)).timeout(Duration.ofSeconds(10)).build();
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
