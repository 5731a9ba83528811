package io.patchstream.quickstart.bench;

import io.patchstream.cli.QuickstartCommand;
import io.patchstream.config.Settings;
import io.patchstream.config.SettingsException;
import io.patchstream.quickstart.EmbeddedBroker;
import io.patchstream.quickstart.PictureSize;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.streams.StreamsConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench}: how fast is it here. */
@Command(
    name = QuickstartCommand.Bench.NAME,
    description = {
      QuickstartCommand.Bench.DESCRIPTION,
      "",
      "Times in turns, and prints the medians of:",
      "  session   the model alone, on random patches, with all cores busy,",
      "  decoding  encoded pictures to normalised patches alone, on all cores,",
      "  whole     the processor from a filled topic to a reader of committed results, with pictures"
          + " of one size, and asking for eight aspect ratios of as many tokens.",
      "",
      "efficiency is whole over what session and decoding allow on the same cores: cores / (cores /"
          + " session + cores / decoding), in images a second; cores / session are the core-seconds"
          + " that an image takes in the session. (A GPU leaves the cores to decoding: there the slower"
          + " of the two is what they allow.) What is missing to 1 is what Kafka, batching and"
          + " waiting cost, broker and reader included where they run here.",
      "",
      "Then images come at random times (Poisson), at fractions of what it can take, and the time"
          + " from an event to its committed result is measured.",
      "",
      "Every result is held against what the model says of the picture by itself, and against the"
          + " order of the images: a wrong, lost or doubled one ends it.",
      "",
      "The demo's model takes two minutes on two cores, and each precision more as long. A JVM is not"
          + " warm before some minutes: for figures to rely on, and for a model of 10 img/s, say"
          + " --seconds 10 --warm-up 180."
    },
    exitCodeList = {"0:measured", "1:failed, or a result was wrong", "2:used wrongly"})
public final class BenchCommand implements Callable<Integer> {

  /** The registry of the Confluent client for one process: it lives as long as the process. */
  private static final String REGISTRY = "mock://patchstream-bench";

  private static final int DRAWN_PICTURES = 24;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "The model's folder; the demo's unless set here or in the --config.")
  private Path modelFolder;

  @Option(
      names = "--model-shape",
      paramLabel = "SHAPE",
      description = "Random weights in a published shape instead: ${COMPLETION-CANDIDATES}.")
  private ModelShape modelShape;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Properties as for run; topics and registry in it are not used.")
  private Path config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting of the processor that wins over the file.")
  private Map<String, String> overrides = new HashMap<>();

  @Option(
      names = "--bootstrap-server",
      paramLabel = "HOST:PORT",
      description =
          "Measure on this cluster instead of a broker in this process. Its topics begin with"
              + " patchstream-bench-, take up to 2 GiB, and are deleted.")
  private String bootstrapServer;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "12",
      description = "Of each topic; ${DEFAULT-VALUE} unless set.")
  private int partitions;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description = "Send the pictures in this folder, up to 96, instead of drawn ones.")
  private Path images;

  @Option(
      names = "--picture-size",
      paramLabel = "WxH",
      defaultValue = "500x375",
      description = "Draw pictures of this size; ${DEFAULT-VALUE} unless set.")
  private String pictureSize;

  @Option(
      names = "--batch-sizes",
      split = ",",
      paramLabel = "N",
      defaultValue = "1,2,4,8",
      description = "Of the raw session; ${DEFAULT-VALUE} unless set.")
  private List<Integer> batchSizes;

  @Option(
      names = "--precisions",
      split = ",",
      paramLabel = "P",
      defaultValue = "fp32",
      description = "One after the other, as fp32,int8; ${DEFAULT-VALUE} unless set.")
  private List<String> precisions;

  @Option(
      names = "--sizes",
      split = ",",
      paramLabel = "WxH",
      description = "More sizes for the raw session, beside the model's own.")
  private List<String> sizes = List.of();

  @Option(names = "--no-mixed", negatable = true, description = "Send pictures of one size only.")
  private boolean mixed = true;

  @Option(
      names = "--sweep",
      split = ",",
      paramLabel = "F",
      defaultValue = "0.25,0.5,0.75,0.9",
      description =
          "Offer these fractions of the capacity; ${DEFAULT-VALUE} unless set, 0 for none.")
  private List<Double> loads;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "2",
      description =
          "Time each part for so long, a load twice as long; ${DEFAULT-VALUE} unless set.")
  private double seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "S",
      defaultValue = "0",
      description =
          "Run everything for so long before anything counts; ${DEFAULT-VALUE} unless set. A JVM"
              + " compiles for minutes, broker and reader beside the processor.")
  private int warmUp;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Medians are of so many; ${DEFAULT-VALUE} unless set.")
  private int rounds;

  @Option(
      names = "--quick",
      description = "One round of half a second and a load of 0.5: whether it works, not how fast.")
  private boolean quick;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "2026",
      description = "Of pictures, order and arrivals; ${DEFAULT-VALUE} unless set.")
  private long seed;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the report as JSON too; - prints it instead of the table.")
  private String json;

  @Option(names = "--charts", paramLabel = "DIR", description = "Draw the report as PNG files.")
  private Path charts;

  @Spec private CommandSpec spec;

  private final long beginNanos = System.nanoTime();

  @Override
  public Integer call() throws Exception {
    BenchPlan plan = plan();
    PictureFiles pictures = pictures();
    try (TemporaryFolder temporary = new TemporaryFolder()) {
      BenchSettings settings = settings(temporary.path());
      BenchReport report =
          bootstrapServer == null && settings.config() == null
              ? onOwnBroker(plan, settings, pictures)
              : onCluster(plan, settings, pictures);
      write(report);
    }
    return ExitCode.OK;
  }

  private BenchReport onOwnBroker(BenchPlan plan, BenchSettings settings, PictureFiles pictures)
      throws Exception {
    progress("a Kafka broker starts in this process");
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      String servers = broker.bootstrapServers();
      return onCluster(
          plan, settings.with(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, servers), pictures);
    }
  }

  private BenchReport onCluster(BenchPlan plan, BenchSettings settings, PictureFiles pictures)
      throws Exception {
    Settings checked = settings.settings();
    int cores = Runtime.getRuntime().availableProcessors();
    try (BenchModel model = BenchModel.open(checked, cores);
        BenchTopics topics = new BenchTopics(checked.clientProperties(), plan.partitions())) {
      if (model.description().classes() == 0) {
        throw new IllegalStateException(
            model.description().name()
                + " has no head: bench holds labels against each other, so give it a model with"
                + " classes.");
      }
      return new Bench(plan, model, settings, topics, this::progress).run(pictures);
    }
  }

  private BenchPlan plan() {
    boolean positive = seconds > 0 && warmUp >= 0 && rounds > 0 && partitions > 0;
    if (!positive || batchSizes.stream().anyMatch(size -> size < 1)) {
      throw wrong("--seconds, --rounds, --partitions and --batch-sizes are above 0.");
    }
    if (quick) {
      return new BenchPlan(
          List.of(1, 4),
          precisions,
          sizes(),
          mixed,
          partitions,
          0.5,
          Duration.ZERO,
          1,
          List.of(0.5),
          seed);
    }
    List<Double> someLoads = loads.stream().filter(load -> load > 0).toList();
    return new BenchPlan(
        batchSizes,
        precisions,
        sizes(),
        mixed,
        partitions,
        seconds,
        Duration.ofSeconds(warmUp),
        rounds,
        someLoads,
        seed);
  }

  private PictureFiles pictures() throws IOException {
    if (images == null) {
      return PictureFiles.drawn(DRAWN_PICTURES, size(pictureSize), seed);
    }
    PictureFiles files = PictureFiles.under(images);
    if (files.files().isEmpty()) {
      throw wrong("There are no files in " + images + ".");
    }
    return files;
  }

  /** The model, and what every run shares. */
  private BenchSettings settings(Path temporary) throws IOException, SettingsException {
    Map<String, String> all = new HashMap<>(overrides);
    all.putIfAbsent(Settings.HTTP_PORT, "-1"); // another processor may have the default
    // Each run names its own topics: these stand in for them where only the rest is asked.
    all.put(Settings.INPUT_TOPICS, "images");
    all.put(Settings.LABELS_TOPIC, "labels");
    all.put(Settings.DEAD_LETTER_TOPIC, "failures");
    all.put("schema.registry.url", REGISTRY);
    all.put(StreamsConfig.STATE_DIR_CONFIG, temporary.resolve("state").toString());
    if (bootstrapServer != null) {
      all.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServer);
    }
    if (modelShape != null) {
      Path folder = temporary.resolve(modelShape + "-random");
      progress("random weights in the shape " + modelShape);
      RandomModel.write(modelShape, folder, seed);
      all.put(Settings.MODEL, folder.toString());
    } else if (modelFolder != null) {
      all.put(Settings.MODEL, modelFolder.toString());
    } else if (config == null) {
      // In the distribution, whose place the launcher tells.
      Path home = Path.of(System.getProperty("patchstream.home", ""));
      all.put(Settings.MODEL, home.resolve("demo-model").toString());
    }
    return new BenchSettings(config, Map.copyOf(all));
  }

  private void write(BenchReport report) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if ("-".equals(json)) {
      out.println(ReportJson.of(report));
    } else {
      new ReportTable(out).print(report);
    }
    if (json != null && !json.equals("-")) {
      Files.writeString(Path.of(json), ReportJson.of(report) + "\n");
    }
    if (charts != null) {
      Files.createDirectories(charts);
      for (Path chart : new ReportCharts(charts).draw(report)) {
        progress("drawn: " + chart);
      }
    }
  }

  private void progress(String what) {
    PrintWriter err = spec.commandLine().getErr();
    err.printf(Locale.ROOT, "%4d s  %s%n", (System.nanoTime() - beginNanos) / 1_000_000_000, what);
    err.flush();
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private List<PictureSize> sizes() {
    return sizes.stream().map(this::size).toList();
  }

  private PictureSize size(String text) {
    if (!text.matches("[1-9]\\d{0,4}x[1-9]\\d{0,4}")) {
      throw wrong("A size is as 500x375, width first, not " + text + ".");
    }
    int x = text.indexOf('x');
    return new PictureSize(
        text, Integer.parseInt(text.substring(0, x)), Integer.parseInt(text.substring(x + 1)));
  }
}
