package io.patchstream.quickstart;

import io.patchstream.cli.Processor;
import io.patchstream.config.Settings;
import io.patchstream.config.SettingsException;
import io.patchstream.image.Preprocessing;
import io.patchstream.image.PreprocessingException;
import io.patchstream.model.Model;
import io.patchstream.model.ModelDescription;
import io.patchstream.model.ModelException;
import io.patchstream.ops.Operations;
import io.patchstream.quickstart.pictures.PictureGenerator;
import io.patchstream.topology.ClassificationStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The newcomer's demo: drawn pictures of several sizes go through a real broker and the real
 * topology, and their labels are held against what was drawn.
 */
final class Demo {

  static final String IMAGES = "images";
  static final String LABELS = "labels";
  static final String FAILURES = "failures";

  /** The registry of the Confluent client for one process: it lives as long as the process. */
  private static final String REGISTRY = "mock://patchstream-demo";

  private static final int PARTITIONS = 2;
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration LONGEST_START = Duration.ofSeconds(60);
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(60);

  private final Path model;
  private final DemoScreen screen;
  private volatile boolean stopped;

  /**
   * A demo that does not run yet.
   *
   * @param model folder of a model whose labels are those of the pictures
   */
  Demo(Path model, DemoScreen screen) {
    this.model = model;
    this.screen = screen;
  }

  /** Where brokers and registry are, for any client in this process. */
  static Map<String, Object> client(EmbeddedBroker broker) {
    return Map.of("bootstrap.servers", broker.bootstrapServers(), "schema.registry.url", REGISTRY);
  }

  /**
   * Makes the topics, sends pictures and shows their labels, until all have come out or it is
   * stopped.
   *
   * @param images how many; without a number it goes on
   * @param perSecond how many are sent a second, at most
   * @param seed of the pictures
   * @return what came out, fewer than {@code images} only if it was stopped
   * @throws IllegalStateException if a picture does not come out
   */
  Summary run(EmbeddedBroker broker, OptionalLong images, double perSecond, long seed)
      throws Exception {
    broker.createTopics(List.of(IMAGES, LABELS, FAILURES), PARTITIONS);
    Map<String, Object> client = client(broker);
    List<PictureSize> sizes = sizes(broker);
    Settings settings = settings(client);
    try (Operations operations = Operations.open(settings);
        Processor processor = Processor.open(settings, operations.tap());
        LabelReader reader = new LabelReader(client, LABELS, FAILURES);
        PictureSender sender =
            new PictureSender(client, IMAGES, new PictureGenerator(seed), sizes)) {
      start(processor.stream());
      operations.watch(processor.engine(), processor.stream(), processor.card());
      screen.page(operations.url().orElseThrow());
      screen.sending(images, perSecond, sizes);
      Scoreboard scores = new Scoreboard(sizes, System.nanoTime());
      sender.start(images.orElse(Long.MAX_VALUE), perSecond);
      show(images.orElse(Long.MAX_VALUE), processor.stream(), reader, sender, scores);
      screen.ended(scores.summary(), perSecond);
      return scores.summary();
    }
  }

  /** Makes {@link #run} return soon, with what has come out. */
  void stop() {
    stopped = true;
  }

  boolean isStopped() {
    return stopped;
  }

  private List<PictureSize> sizes(EmbeddedBroker broker)
      throws ModelException, PreprocessingException {
    try (Model opened = Model.open(model)) {
      ModelDescription description = opened.description();
      screen.started(broker.bootstrapServers(), description.name(), description.classes());
      return PictureSize.around(Preprocessing.read(model).crop().height());
    }
  }

  private static void start(ClassificationStream stream) throws Exception {
    stream.start();
    if (!stream.awaitRunning(LONGEST_START)) {
      throw new IllegalStateException(
          "The stream has not begun to read after %d s.".formatted(LONGEST_START.toSeconds()));
    }
  }

  private void show(
      long images,
      ClassificationStream stream,
      LabelReader reader,
      PictureSender sender,
      Scoreboard scores)
      throws Exception {
    long shown = 0;
    long lastNanos = System.nanoTime();
    while (shown < images && !stopped) {
      List<CommittedLabel> labels = reader.poll(POLL);
      long now = System.nanoTime();
      long nowMillis = System.currentTimeMillis();
      for (CommittedLabel label : labels) {
        LabelledPicture picture =
            LabelledPicture.of(label.classification(), nowMillis - label.timestampMillis());
        scores.add(picture, now);
        screen.labelled(picture);
      }
      sender.answered(labels.size());
      shown += labels.size();
      if (!labels.isEmpty()) {
        lastNanos = now;
        screen.progress(scores.summary());
      } else {
        sender.check();
        check(stream, now - lastNanos, shown);
      }
    }
  }

  private static void check(ClassificationStream stream, long silentNanos, long shown)
      throws Exception {
    if (!stream.condition().isReady()) {
      stream.awaitEnd();
    }
    if (silentNanos > LONGEST_SILENCE.toNanos()) {
      throw new IllegalStateException(
          "No label has come out for %d s, after %d pictures."
              .formatted(LONGEST_SILENCE.toSeconds(), shown));
    }
  }

  /** As the properties file of {@code run} would have them. */
  private Settings settings(Map<String, Object> client) throws SettingsException {
    Map<String, String> properties = new HashMap<>();
    client.forEach((key, value) -> properties.put(key, value.toString()));
    properties.put(Settings.MODEL, model.toString());
    properties.put(Settings.INPUT_TOPICS, IMAGES);
    properties.put(Settings.LABELS_TOPIC, LABELS);
    properties.put(Settings.DEAD_LETTER_TOPIC, FAILURES);
    properties.put(Settings.RESOLUTION, "native");
    properties.put(Settings.HTTP_PORT, "0");
    properties.put(Settings.HTTP_PAGE, "true");
    return Settings.of(properties);
  }
}
