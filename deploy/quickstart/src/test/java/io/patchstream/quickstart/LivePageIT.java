package io.patchstream.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.patchstream.cli.Processor;
import io.patchstream.config.Settings;
import io.patchstream.ops.Operations;
import io.patchstream.quickstart.pictures.PictureGenerator;
import io.patchstream.schemas.ImageEvent;
import io.patchstream.schemas.serdes.EventSerdes;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The live page in a real browser, beside a processor at work on the demo's pictures. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class LivePageIT {

  private static final int IMAGES = 120;
  private static final String NOTHING = "nothing";

  private static final String HOSTILE_LABEL = "<img src=x onerror=alert(1)>";
  private static final String HOSTILE_ID = "<script>alert(2)</script>";

  private static final String TAB = "\uE004";
  private static final String ENTER = "\uE007";
  private static final String ESCAPE = "\uE00C";
  private static final String RIGHT = "\uE014";

  private static final Path DEMO_MODEL =
      Path.of(System.getProperty("patchstream.distribution"), "demo-model");

  /** To be looked at. */
  private static final Path SEEN = Path.of("target", "page");

  @TempDir Path folder;

  private final Map<String, String> labels = new HashMap<>();
  private Browser browser;

  @BeforeAll
  static void findBrowser() {
    assumeTrue(
        Browser.isThere(),
        "The live page is not tested: install the packages chromium and chromium-driver.");
  }

  @Test
  void thePageShowsWhatTheTopicsHold() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      broker.createTopics(List.of(Demo.IMAGES, Demo.LABELS, Demo.FAILURES, NOTHING), 2);
      Map<String, Object> client = Demo.client(broker);
      Settings settings = settings(client);
      try (Operations operations = Operations.open(settings);
          Browser opened = Browser.start(folder.resolve("profile"))) {
        browser = opened;
        browser.size(1440, 900);
        browser.visit(operations.url().orElseThrow());
        browser.await("document.getElementById('status').textContent.includes('being opened')");
        try (Processor processor = Processor.open(settings, operations.tap())) {
          processor.stream().start();
          assertThat(processor.stream().awaitRunning(Duration.ofMinutes(1))).isTrue();
          operations.watch(processor.engine(), processor.stream(), processor.card());
          classify(client);
          look(processor);
        }
      }
    }
  }

  private void look(Processor processor) throws Exception {
    theModelIsNamed(processor);
    labelsAreThoseOfTheTopic();
    chartsMove();
    theFailureIsThere();
    whatIsHostileStaysText();
    theKeyboardReachesAPicture();
    thePointsOfTheMapOpenTheirPictures();
    nothingOverflows();
    assertThat(browser.complaints()).isEmpty();
  }

  private void theModelIsNamed(Processor processor) throws Exception {
    assertThat(browser.run("return document.getElementById('model').innerText").asText())
        .contains(processor.card().name())
        .contains(processor.engine().identity().revision())
        .contains("8x8 patches of 8");
  }

  private void labelsAreThoseOfTheTopic() throws Exception {
    browser.await("document.querySelectorAll('.tile').length >= 12");
    JsonNode shown =
        browser.run(
            """
            return [...document.querySelectorAll('.tile')].map((tile) => {
              tile.click();
              const facts = [...document.querySelectorAll('#picture-facts div')];
              const id = facts.find((fact) => fact.firstChild.textContent === 'Id').lastChild;
              document.getElementById('picture-close').click();
              return {
                id: id.textContent,
                label: tile.querySelector('.label').textContent,
                best: document.querySelector('#picture-predictions .label').textContent,
                loaded: tile.querySelector('img').naturalWidth,
              };
            });
            """);
    for (JsonNode picture : shown) {
      assertThat(picture.get("label").asText())
          .as(picture.toString())
          .isEqualTo(labels.get(picture.get("id").asText()))
          .isEqualTo(picture.get("best").asText());
      assertThat(picture.get("loaded").asInt()).isBetween(1, 96);
    }
  }

  private void chartsMove() throws Exception {
    String line = "document.querySelector('.chart .line').getAttribute('d')";
    String before = browser.run("return " + line).asText();
    assertThat(before).contains("L");
    browser.await("%s.length > 0 && %s !== '%s'".formatted(line, line, before));
    JsonNode said =
        browser.run("return [...document.querySelectorAll('.chart svg')].map(c => c.ariaLabel)");
    assertThat(said).hasSize(5);
    assertThat(said.get(0).asText()).matches("Throughput: .* up to (?!0 )[\\d.,]+ in five .*");
    assertThat(said.get(1).asText()).matches("Engine latency: .* up to (?!0 )[\\d.,]+ in five .*");
    assertThat(said.get(3).asText()).startsWith("Lag: 0 records");
  }

  private void theFailureIsThere() throws Exception {
    browser.await("document.querySelector('#failures .reason')");
    assertThat(browser.run("return document.getElementById('failures').innerText").asText())
        .contains("Unsupported format")
        .contains(HOSTILE_ID);
    browser.await("document.getElementById('reasons').innerText.includes('Unsupported format 1')");
  }

  private void whatIsHostileStaysText() throws Exception {
    assertThat(labels).containsValue(HOSTILE_LABEL);
    browser.await(
        "[...document.querySelectorAll('#legend button')].some(b => b.textContent === '%s')"
            .formatted(HOSTILE_LABEL));
    assertThat(browser.run("return document.querySelectorAll('img[src=x]').length").asInt())
        .isZero();
    assertThat(browser.run("return document.scripts.length").asInt()).isEqualTo(1);
  }

  private void theKeyboardReachesAPicture() throws Exception {
    browser.run("document.activeElement.blur()");
    for (int i = 0; i < 60 && !holds("document.activeElement.matches('.tile')"); i++) {
      browser.press(TAB);
    }
    String label = browser.run("return document.activeElement.ariaLabel").asText();
    browser.press(ENTER);
    browser.await("document.getElementById('picture').open");
    assertThat(label)
        .startsWith(
            browser.run("return document.getElementById('picture-title').textContent").asText());
    browser.press(ESCAPE);
    browser.await("!document.getElementById('picture').open");
    assertThat(holds("document.activeElement.matches('.tile')")).isTrue();
    browser.run("document.activeElement.blur()");
  }

  private void thePointsOfTheMapOpenTheirPictures() throws Exception {
    browser.await("document.querySelectorAll('#map .point').length > 10");
    browser.run("document.getElementById('map').focus()");
    browser.press(RIGHT);
    String chosen = browser.run("return document.querySelector('#map-chosen img').src").asText();
    browser.press(ENTER);
    browser.await("document.getElementById('picture').open");
    assertThat(browser.run("return document.getElementById('picture-image').src").asText())
        .isEqualTo(chosen);
    browser.press(ESCAPE);
    browser.run("document.querySelector('#map .point').dispatchEvent(new Event('click'))");
    browser.await("document.getElementById('picture').open");
    browser.press(ESCAPE);
  }

  private void nothingOverflows() throws Exception {
    for (String scheme : List.of("light", "dark")) {
      browser.scheme(scheme);
      for (int width : new int[] {1440, 900, 390, 360}) {
        browser.size(width, 844);
        assertThat(browser.run("return document.documentElement.scrollWidth").asInt())
            .as("width %d", width)
            .isEqualTo(browser.run("return document.documentElement.clientWidth").asInt())
            .isLessThanOrEqualTo(width);
        browser.picture(SEEN.resolve(scheme + "-" + width + ".png"));
      }
    }
  }

  private boolean holds(String condition) throws Exception {
    return browser.run("return " + condition).asBoolean();
  }

  /** Sends pictures and one that is none, and waits for the labels. */
  private void classify(Map<String, Object> client) throws Exception {
    try (LabelReader reader = new LabelReader(client, Demo.LABELS, NOTHING);
        PictureSender sender =
            new PictureSender(
                client, Demo.IMAGES, new PictureGenerator(2026), PictureSize.around(64))) {
      sender.start(IMAGES, 10);
      sendNoPicture(client);
      while (labels.size() < IMAGES) {
        List<CommittedLabel> committed = reader.poll(Duration.ofMillis(100));
        committed.forEach(
            label ->
                labels.put(
                    label.classification().getImageId(),
                    label.classification().getPredictions().get(0).getLabel()));
        sender.answered(committed.size());
        sender.check();
      }
    }
  }

  private static void sendNoPicture(Map<String, Object> client) throws Exception {
    ImageEvent event =
        ImageEvent.newBuilder()
            .setImageId(HOSTILE_ID)
            .setContent(
                ByteBuffer.wrap(new byte[] {'n', 'o', ' ', 'p', 'i', 'c', 't', 'u', 'r', 'e'}))
            .setAttributes(Map.of())
            .build();
    try (var producer =
        new KafkaProducer<>(
            client, new ByteArraySerializer(), EventSerdes.imageEvent(client).serializer())) {
      producer.send(new ProducerRecord<>(Demo.IMAGES, null, event)).get();
    }
  }

  private Settings settings(Map<String, Object> client) throws Exception {
    Map<String, String> properties = new HashMap<>();
    client.forEach((key, value) -> properties.put(key, value.toString()));
    properties.put(Settings.MODEL, hostileModel().toString());
    properties.put(Settings.INPUT_TOPICS, Demo.IMAGES);
    properties.put(Settings.LABELS_TOPIC, Demo.LABELS);
    properties.put(Settings.DEAD_LETTER_TOPIC, Demo.FAILURES);
    properties.put(Settings.RESOLUTION, "native");
    properties.put(Settings.HTTP_PORT, "0");
    properties.put(Settings.HTTP_PAGE, "true");
    return Settings.of(properties);
  }

  /** The demo's, but that stars have another name. */
  private Path hostileModel() throws Exception {
    Path model = Files.createDirectory(folder.resolve("model"));
    try (var files = Files.list(DEMO_MODEL)) {
      for (Path file : files.toList()) {
        Files.copy(file, model.resolve(file.getFileName()));
      }
    }
    Path config = model.resolve("config.json");
    String text = Files.readString(config);
    Files.writeString(config, text.replace("\"star\"", "\"" + HOSTILE_LABEL + "\""));
    return model;
  }
}
