package io.patchstream.quickstart.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchstream.config.Settings;
import io.patchstream.inference.Engine;
import io.patchstream.quickstart.EmbeddedBroker;
import io.patchstream.quickstart.PictureSize;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is timed is checked: with another picture's answer expected, nothing is measured. */
class WrongAnswerIT {

  @TempDir Path state;

  private EmbeddedBroker broker;
  private BenchSettings settings;
  private BenchModel model;
  private BenchTopics topics;

  @BeforeEach
  void start() throws Exception {
    broker = EmbeddedBroker.start();
    settings =
        new BenchSettings(
            null,
            Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "schema.registry.url",
                "mock://wrong-answer",
                "state.dir",
                state.toString(),
                Settings.HTTP_PORT,
                "-1",
                Settings.INPUT_TOPICS,
                "images",
                Settings.LABELS_TOPIC,
                "labels",
                Settings.DEAD_LETTER_TOPIC,
                "failures",
                Settings.MODEL,
                Path.of(System.getProperty("patchstream.distribution"), "demo-model").toString()));
    model = BenchModel.open(settings.settings(), 2);
    topics = new BenchTopics(settings.settings().clientProperties(), 3);
  }

  @AfterEach
  void stop() throws Exception {
    topics.close();
    model.close();
    broker.close();
  }

  @Test
  void anAnswerOfAnotherPictureStopsTheMeasurement() throws Exception {
    Workload workload =
        Workload.of(
            "few",
            PictureFiles.drawn(6, new PictureSize("own", 64, 64), 1).plain(),
            model.images(settings));
    Answers right;
    try (Engine engine = model.engine(settings)) {
      right = Answers.of(engine, workload);
    }
    var rotated = new ArrayList<>(right.pictures());
    Collections.rotate(rotated, 1);
    Answers wrong = new Answers(rotated, right.tolerance());
    FilledTopic images = FilledTopic.fill(topics, workload, 300, 3, 30, 1);

    assertThat(new TopicToTopic(topics, images, right).time(settings).rate()).isPositive();
    assertThatThrownBy(() -> new TopicToTopic(topics, images, wrong).time(settings))
        .isInstanceOf(WrongResultException.class)
        .hasMessageContaining("alone it gives");
  }
}
