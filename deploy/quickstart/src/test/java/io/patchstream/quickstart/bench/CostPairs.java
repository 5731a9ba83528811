package io.patchstream.quickstart.bench;

import io.patchstream.config.Settings;
import io.patchstream.inference.Engine;
import io.patchstream.quickstart.EmbeddedBroker;
import io.patchstream.quickstart.PictureSize;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/**
 * What something costs at full load: the same processor over the same topic, in turns with and
 * without it. One pair after the other, each the other way round, so that what else the machine
 * does meets both. {@code -Dcost.pairs=12 -Dcost.seconds=8 -Dcost.model=FOLDER} say how many, how
 * long a turn takes and with which model.
 */
final class CostPairs {

  static final int PAIRS = Integer.getInteger("cost.pairs", 12);
  static final int SECONDS = Integer.getInteger("cost.seconds", 8);
  private static final String MODEL = System.getProperty("cost.model", "model");

  private static final int PARTITIONS = 4;
  private static final int CORES = Runtime.getRuntime().availableProcessors();
  private static final PictureSize SIZE = new PictureSize("web", 500, 375);

  private CostPairs() {}

  /** Settings of a processor at that broker. */
  static BenchSettings settings(EmbeddedBroker broker, Path state) {
    return new BenchSettings(
        null,
        Map.of(
            "bootstrap.servers",
            broker.bootstrapServers(),
            "schema.registry.url",
            "mock://cost",
            "state.dir",
            state.toString(),
            Settings.INPUT_TOPICS,
            "images",
            Settings.LABELS_TOPIC,
            "labels",
            Settings.DEAD_LETTER_TOPIC,
            "failures",
            Settings.MODEL,
            MODEL));
  }

  /** Runs the pairs, and prints their rates and ratios. */
  static void print(BenchSettings on, BenchSettings off) throws Exception {
    try (BenchModel model = BenchModel.open(off.settings(), CORES);
        BenchTopics topics = new BenchTopics(off.settings().clientProperties(), PARTITIONS)) {
      TopicToTopic road = road(model, topics, off);
      double[] ratios = new double[PAIRS];
      for (int pair = 0; pair < PAIRS; pair++) {
        boolean onFirst = pair % 2 == 0;
        double first = road.time(onFirst ? on : off).rate();
        double second = road.time(onFirst ? off : on).rate();
        double rateOn = onFirst ? first : second;
        double rateOff = onFirst ? second : first;
        ratios[pair] = rateOn / rateOff;
        print("| %d | %.1f | %.1f | %.4f |", pair + 1, rateOn, rateOff, ratios[pair]);
      }
      Arrays.sort(ratios);
      print(
          "median %.4f, quartiles %.4f and %.4f, of %d pairs",
          ratios[PAIRS / 2], ratios[PAIRS / 4], ratios[PAIRS - 1 - PAIRS / 4], PAIRS);
    }
  }

  /** Over a topic that lasts for the time at the rate of a first run, which also warms up. */
  private static TopicToTopic road(BenchModel model, BenchTopics topics, BenchSettings settings)
      throws Exception {
    Workload workload =
        Workload.of("web", PictureFiles.drawn(48, SIZE, 1).plain(), model.images(settings));
    Answers answers;
    try (Engine engine = model.engine(settings)) {
      answers = Answers.of(engine, workload);
    }
    FilledTopic few = FilledTopic.fill(topics, workload, 100, SECONDS, 500, 1);
    double rate = new TopicToTopic(topics, few, answers).time(settings).rate();
    print("%s: %.1f img/s to begin with", model.description().name(), rate);
    print("| pair | on, img/s | off, img/s | on / off |");
    FilledTopic images = FilledTopic.fill(topics, workload, rate, SECONDS, 100, 2);
    return new TopicToTopic(topics, images, answers);
  }

  static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }
}
