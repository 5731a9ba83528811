package io.patchstream.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Chromium without a window, as Debian's packages chromium and chromium-driver have it, driven by
 * the WebDriver protocol of the W3C.
 */
final class Browser implements AutoCloseable {

  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

  private static final Pattern PORT = Pattern.compile("started successfully on port (\\d+)");
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(60);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final Process driver;
  private final String address;
  private final String session;

  private Browser(Process driver, String address, Path profile) throws Exception {
    this.driver = driver;
    this.address = address;
    List<String> arguments =
        List.of(
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--user-data-dir=" + profile);
    Map<String, Object> capabilities =
        Map.of(
            "browserName", "chrome",
            "goog:loggingPrefs", Map.of("browser", "ALL"),
            "goog:chromeOptions", Map.of("binary", CHROMIUM.toString(), "args", arguments));
    session =
        "/session/"
            + post("/session", Map.of("capabilities", Map.of("alwaysMatch", capabilities)))
                .get("sessionId")
                .asText();
  }

  /** Whether this machine has one. */
  static boolean isThere() {
    return Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER);
  }

  /**
   * Starts one that shows nothing yet.
   *
   * @param profile a folder that is empty, or not there
   */
  static Browser start(Path profile) throws Exception {
    Process driver =
        new ProcessBuilder(DRIVER.toString(), "--port=0").redirectErrorStream(true).start();
    BufferedReader printed = driver.inputReader();
    for (String line = printed.readLine(); line != null; line = printed.readLine()) {
      Matcher port = PORT.matcher(line);
      if (port.find()) {
        return new Browser(driver, "http://127.0.0.1:" + port.group(1), profile);
      }
    }
    driver.destroy();
    throw new IOException(DRIVER + " does not start");
  }

  void visit(String url) throws Exception {
    post(session + "/url", Map.of("url", url));
  }

  /** The size of what is seen, in pixels. */
  void size(int width, int height) throws Exception {
    developer(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 640));
  }

  /** Whether the user likes it {@code light} or {@code dark}. */
  void scheme(String scheme) throws Exception {
    Map<String, String> feature = Map.of("name", "prefers-color-scheme", "value", scheme);
    developer("Emulation.setEmulatedMedia", Map.of("features", List.of(feature)));
  }

  /** What the body of a function in the page returns. */
  JsonNode run(String script) throws Exception {
    return post(session + "/execute/sync", Map.of("script", script, "args", List.of()));
  }

  /**
   * Asks the page until it says yes.
   *
   * @param condition an expression
   */
  void await(String condition) throws Exception {
    long deadline = System.nanoTime() + LONGEST_WAIT.toNanos();
    while (!run("return Boolean(" + condition + ")").asBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("The page never came to: " + condition + "\n" + text());
      }
      Thread.sleep(100);
    }
  }

  /** All that can be read on the page. */
  String text() throws Exception {
    return run("return document.body.innerText").asText();
  }

  /** Presses and releases a key, by its code in the WebDriver protocol or as itself. */
  void press(String key) throws Exception {
    List<Map<String, String>> strokes =
        List.of(Map.of("type", "keyDown", "value", key), Map.of("type", "keyUp", "value", key));
    Map<String, Object> keyboard = Map.of("type", "key", "id", "keyboard", "actions", strokes);
    post(session + "/actions", Map.of("actions", List.of(keyboard)));
  }

  /** What the console said since it was asked last: errors, and what the browser warns of. */
  List<String> complaints() throws Exception {
    List<String> complaints = new ArrayList<>();
    for (JsonNode entry : post(session + "/se/log", Map.of("type", "browser"))) {
      if (!entry.get("level").asText().equals("INFO")) {
        complaints.add(entry.get("message").asText());
      }
    }
    return complaints;
  }

  /** All of the page as a PNG file. */
  void picture(Path file) throws Exception {
    int width = run("return innerWidth").asInt();
    int height = run("return document.documentElement.scrollHeight").asInt();
    Map<String, Object> whole =
        Map.of("x", 0, "y", 0, "width", width, "height", height, "scale", 1);
    JsonNode shot =
        developer(
            "Page.captureScreenshot",
            Map.of("format", "png", "captureBeyondViewport", true, "clip", whole));
    Files.createDirectories(file.getParent());
    Files.write(file, Base64.getDecoder().decode(shot.get("data").asText()));
  }

  private JsonNode developer(String command, Map<String, Object> parameters) throws Exception {
    return post(session + "/goog/cdp/execute", Map.of("cmd", command, "params", parameters));
  }

  private JsonNode post(String path, Object body) throws Exception {
    return send(path, () -> HttpRequest.newBuilder().POST(BodyPublishers.ofString(json(body))));
  }

  private JsonNode send(String path, Supplier<HttpRequest.Builder> request) throws Exception {
    HttpResponse<String> answer =
        client.send(
            request.get().uri(URI.create(address + path)).timeout(LONGEST_ANSWER).build(),
            BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(path + ": " + answer.body());
    }
    return JSON.readTree(answer.body()).get("value");
  }

  private static String json(Object value) {
    return JSON.valueToTree(value).toString();
  }

  @Override
  public void close() throws Exception {
    try {
      send(session, () -> HttpRequest.newBuilder().DELETE());
    } finally {
      driver.destroy();
      driver.waitFor();
    }
  }
}
