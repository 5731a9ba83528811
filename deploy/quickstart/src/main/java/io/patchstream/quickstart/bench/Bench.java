package io.patchstream.quickstart.bench;

import io.patchstream.config.Settings;
import io.patchstream.image.Grid;
import io.patchstream.image.ImageOptions;
import io.patchstream.image.RequestedSize;
import io.patchstream.inference.Device;
import io.patchstream.inference.Engine;
import io.patchstream.quickstart.PictureSize;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Measures a model on this machine: its raw session, decoding, and the whole processor from topic
 * to topic, in turns, so that whatever else the machine does slows all of them.
 */
final class Bench {

  private final BenchPlan plan;
  private final BenchModel model;
  private final BenchSettings settings;
  private final BenchTopics topics;
  private final Consumer<String> progress;
  private final int patchSize;

  private final List<SessionSpeed> sessions = new ArrayList<>();
  private final List<WholeSpeed> whole = new ArrayList<>();
  private final List<BenchReport.MixedOverUniform> mixedOverUniform = new ArrayList<>();
  private final List<BenchReport.Load> load = new ArrayList<>();

  /**
   * Measures nothing yet.
   *
   * @param settings of the processor, the model's folder among them
   * @param progress told what is being measured
   */
  Bench(
      BenchPlan plan,
      BenchModel model,
      BenchSettings settings,
      BenchTopics topics,
      Consumer<String> progress)
      throws Exception {
    this.plan = plan;
    this.model = model;
    this.settings = settings;
    this.topics = topics;
    this.progress = progress;
    patchSize = model.images(settings).patchSize();
  }

  /**
   * Measures all of it.
   *
   * @throws WrongResultException if a result is not what the model says of the picture by itself
   */
  BenchReport run(PictureFiles pictures) throws Exception {
    for (String precision : plan.precisions()) {
      BenchSettings inPrecision = settings.with(Settings.PRECISION, precision);
      List<WorkloadRounds> roads = roads(inPrecision, precision, pictures);
      List<WholeSpeed> speeds = rounds(inPrecision, precision, roads);
      whole.addAll(speeds);
      if (speeds.size() > 1) {
        double ratio = speeds.get(1).tokensOver(speeds.get(0));
        mixedOverUniform.add(new BenchReport.MixedOverUniform(precision, ratio));
      }
      sweep(precision, roads.get(0), speeds.get(0).rate());
    }
    return new BenchReport(subject(pictures), sessions, whole, mixedOverUniform, load);
  }

  /** Pictures of one size; and, where the model takes any grid, asking for eight. */
  private List<WorkloadRounds> roads(
      BenchSettings inPrecision, String precision, PictureFiles pictures) throws Exception {
    List<WorkloadRounds> roads = new ArrayList<>();
    roads.add(road("uniform", pictures.plain(), inPrecision, precision));
    if (plan.mixed() && model.description().takesAnyGrid()) {
      BenchSettings asked = inPrecision.with(Settings.RESOLUTION, "event");
      ImageOptions options = model.images(asked);
      List<RequestedSize> sizes = MixedSizes.around(options.modelGrid(), options.patchSize());
      roads.add(road("mixed", pictures.at(sizes), asked, precision));
    }
    return roads;
  }

  private WorkloadRounds road(
      String name, List<BenchPicture> pictures, BenchSettings theirs, String precision)
      throws Exception {
    tell("%s: the answers to %d pictures one by one, %s", precision, pictures.size(), name);
    Workload workload = Workload.of(name, pictures, model.images(theirs));
    try (Engine engine = model.engine(theirs)) {
      Answers answers = Answers.of(engine, workload);
      int maxBatch = model.options(theirs).batches().maxSize();
      boolean onCpu = engine.devices().kind() == Device.Kind.CPU;
      return new WorkloadRounds(plan, topics, workload, theirs, answers, maxBatch, onCpu);
    }
  }

  private List<WholeSpeed> rounds(
      BenchSettings inPrecision, String precision, List<WorkloadRounds> roads) throws Exception {
    int maxBatch = Collections.max(plan.batchSizes());
    List<WholeSpeed> speeds = new ArrayList<>();
    try (SessionTiming timing =
        new SessionTiming(model.sessions(inPrecision, maxBatch), 3 * patchSize * patchSize)) {
      int best = bestBatch(timing, precision);
      warmUp(timing, best, precision, roads);
      for (int round = 1; round <= plan.rounds(); round++) {
        for (WorkloadRounds road : roads) {
          tell("%s: round %d of %d, %s", precision, round, plan.rounds(), road.workload().name());
          tell("  %s", road.measure(timing, best));
        }
      }
      for (WorkloadRounds road : roads) {
        double tokens = road.workload().meanPatches() + model.description().prefixTokens();
        speeds.add(WholeSpeed.of(precision, road.workload().name(), tokens, best, road.rounds()));
      }
    }
    return speeds;
  }

  /** Rounds that do not count, until the JVM has had its time. */
  private void warmUp(SessionTiming timing, int batch, String precision, List<WorkloadRounds> roads)
      throws Exception {
    long end = System.nanoTime() + plan.warmUp().toNanos();
    while (System.nanoTime() < end) {
      for (WorkloadRounds road : roads) {
        double jit = road.warmUp(timing, batch);
        tell("%s: warming up, jit %.2f", precision, jit);
      }
    }
  }

  /** Times the session at all sizes; returns the batch size that is best at the model's own. */
  private int bestBatch(SessionTiming timing, String precision) throws Exception {
    Grid own = model.images(settings).modelGrid();
    Set<Grid> grids = new LinkedHashSet<>(List.of(own));
    for (PictureSize size : plan.sizes()) {
      grids.add(new Grid(size.height() / patchSize, size.width() / patchSize));
    }
    List<SessionSpeed> speeds = new ArrayList<>();
    for (Grid grid : grids) {
      for (int batch : plan.batchSizes()) {
        int width = grid.columns() * patchSize;
        int height = grid.rows() * patchSize;
        tell("%s: raw session, %dx%d, batches of %d", precision, width, height, batch);
        double rate = timing.rate(List.of(grid), batch, plan.part());
        speeds.add(new SessionSpeed(precision, width, height, batch, rate));
      }
    }
    sessions.addAll(speeds);
    return speeds.stream()
        .limit(plan.batchSizes().size()) // the model's own size comes first
        .max(Comparator.comparing(SessionSpeed::rate))
        .orElseThrow()
        .batch();
  }

  private void sweep(String precision, WorkloadRounds road, double capacity) throws Exception {
    List<LoadPoint> points = new ArrayList<>();
    for (double fraction : plan.loads()) {
      tell("%s: load of %.2f of %.1f img/s", precision, fraction, capacity);
      points.add(road.load(fraction, capacity));
    }
    if (!points.isEmpty()) {
      load.add(new BenchReport.Load(precision, capacity, points));
    }
  }

  private void tell(String format, Object... values) {
    progress.accept(String.format(Locale.ROOT, format, values));
  }

  private BenchReport.Subject subject(PictureFiles pictures) {
    return new BenchReport.Subject(
        model.description().name(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.version"),
        Machine.cpu(),
        pictures.files().size(),
        pictures.files().stream().mapToInt(file -> file.length).average().orElseThrow(),
        plan.partitions(),
        plan.rounds(),
        plan.seconds());
  }
}
