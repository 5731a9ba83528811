package io.patchstream.quickstart.bench;

import io.patchstream.config.Settings;
import io.patchstream.image.Grid;
import io.patchstream.image.ImageOptions;
import io.patchstream.inference.Engine;
import io.patchstream.inference.RawSession;
import io.patchstream.quickstart.PictureSize;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Measures a model on this machine: its raw session, decoding, and the whole processor from topic
 * to topic, in turns, so that whatever else the machine does slows all of them.
 */
final class Bench {

  private static final String UNIFORM = "uniform";
  private static final String MIXED = "mixed";

  /** So many batches at least are timed, however slow the model is. */
  private static final int LEAST_BATCHES = 6;

  private final BenchPlan plan;
  private final BenchModel model;
  private final BenchSettings settings;
  private final BenchTopics topics;
  private final Consumer<String> progress;
  private final int cores;
  private final Duration part;

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
      Consumer<String> progress) {
    this.plan = plan;
    this.model = model;
    this.settings = settings;
    this.topics = topics;
    this.progress = progress;
    cores = Runtime.getRuntime().availableProcessors();
    part = Duration.ofNanos((long) (plan.seconds() * 1e9));
  }

  /**
   * Measures all of it.
   *
   * @throws WrongResultException if a result is not what the model says of the picture by itself
   */
  BenchReport run(PictureFiles pictures) throws Exception {
    List<Subject> workloads = workloads(pictures);
    for (String precision : precisions()) {
      measure(settings.with(Settings.PRECISION, precision), precision, workloads);
    }
    return new BenchReport(subject(pictures), sessions, whole, mixedOverUniform, load);
  }

  /** A workload, and the settings that it takes. */
  private record Subject(Workload workload, String resolution) {

    BenchSettings settings(BenchSettings others) {
      return resolution == null ? others : others.with(Settings.RESOLUTION, resolution);
    }
  }

  private List<Subject> workloads(PictureFiles pictures) throws Exception {
    List<Subject> workloads = new ArrayList<>();
    ImageOptions plain = model.images(settings);
    workloads.add(new Subject(Workload.of(UNIFORM, pictures.plain(), plain), null));
    if (model.description().takesAnyGrid()) {
      ImageOptions asked = model.images(settings.with(Settings.RESOLUTION, "event"));
      List<BenchPicture> mixed =
          pictures.at(MixedSizes.around(asked.modelGrid(), asked.patchSize()));
      workloads.add(new Subject(Workload.of(MIXED, mixed, asked), "event"));
    }
    return workloads;
  }

  private List<String> precisions() {
    if (!plan.precisions().isEmpty()) {
      return plan.precisions();
    }
    return model.hasInt8() ? List.of("fp32", "int8") : List.of("fp32");
  }

  private void measure(BenchSettings inPrecision, String precision, List<Subject> workloads)
      throws Exception {
    int maxBatch = plan.batchSizes().stream().max(Comparator.naturalOrder()).orElseThrow();
    List<Answers> answers = answers(inPrecision, precision, workloads);
    List<WholeSpeed> speeds;
    try (RawSession session = model.session(inPrecision, maxBatch)) {
      SessionTiming timing = new SessionTiming(session, patchFloats());
      int best = sessionTable(timing, precision);
      speeds = rounds(inPrecision, precision, workloads, answers, timing, best);
    }
    whole.addAll(speeds);
    if (speeds.size() > 1) {
      double ratio = speeds.get(1).tokensOver(speeds.get(0));
      mixedOverUniform.add(new BenchReport.MixedOverUniform(precision, ratio));
    }
    sweep(inPrecision, precision, workloads.get(0), answers.get(0), speeds.get(0).rate());
  }

  /** What the model says of each picture by itself. */
  private List<Answers> answers(
      BenchSettings inPrecision, String precision, List<Subject> workloads) throws Exception {
    List<Answers> answers = new ArrayList<>();
    for (Subject subject : workloads) {
      progress.accept(
          "%s: the answers to %d pictures one by one, %s"
              .formatted(
                  precision, subject.workload().pictures().size(), subject.workload().name()));
      try (Engine engine = model.engine(subject.settings(inPrecision))) {
        answers.add(Answers.of(engine, subject.workload()));
      }
    }
    return answers;
  }

  /** Times the session at all sizes; returns the batch size that is best at the model's own. */
  private int sessionTable(SessionTiming timing, String precision) throws Exception {
    int patchSize = model.images(settings).patchSize();
    Grid own = model.ownGrid(settings);
    List<Grid> grids = new ArrayList<>(List.of(own));
    for (PictureSize size : plan.sizes()) {
      grids.add(new Grid(size.height() / patchSize, size.width() / patchSize));
    }
    int best = 0;
    double bestRate = 0;
    for (Grid grid : grids.stream().distinct().toList()) {
      for (int batch : plan.batchSizes()) {
        int width = grid.columns() * patchSize;
        int height = grid.rows() * patchSize;
        progress.accept(
            "%s: raw session, %dx%d, batches of %d".formatted(precision, width, height, batch));
        double rate = timing.rate(List.of(grid), batch, part.dividedBy(2));
        sessions.add(new SessionSpeed(precision, width, height, batch, rate));
        if (grid.equals(own) && rate > bestRate) {
          best = batch;
          bestRate = rate;
        }
      }
    }
    return best;
  }

  private List<WholeSpeed> rounds(
      BenchSettings inPrecision,
      String precision,
      List<Subject> workloads,
      List<Answers> answers,
      SessionTiming timing,
      int best)
      throws Exception {
    List<FilledTopic> filled = new ArrayList<>();
    List<List<WholeSpeed.Round>> rounds = new ArrayList<>();
    for (int round = 1; round <= plan.rounds(); round++) {
      for (int i = 0; i < workloads.size(); i++) {
        Subject subject = workloads.get(i);
        progress.accept(
            "%s: round %d of %d, %s pictures"
                .formatted(precision, round, plan.rounds(), subject.workload().name()));
        Allowance allowance = allowance(subject.workload(), timing, best);
        if (round == 1) {
          filled.add(fill(subject.workload(), allowance.rate()));
          rounds.add(new ArrayList<>());
        }
        TopicToTopic road = new TopicToTopic(topics, filled.get(i), answers.get(i));
        double rate = road.rate(subject.settings(inPrecision));
        rounds.get(i).add(WholeSpeed.Round.of(allowance, rate));
      }
    }
    List<WholeSpeed> speeds = new ArrayList<>();
    for (int i = 0; i < workloads.size(); i++) {
      Workload workload = workloads.get(i).workload();
      double tokens = workload.meanPatches() + model.description().prefixTokens();
      speeds.add(WholeSpeed.of(precision, workload.name(), tokens, best, rounds.get(i)));
    }
    return speeds;
  }

  private Allowance allowance(Workload workload, SessionTiming timing, int best) throws Exception {
    List<Grid> grids = workload.grids().stream().distinct().toList();
    double session = timing.rate(grids, best, part);
    double decoding = new DecodingTiming(workload, cores).rate(part.dividedBy(2));
    return new Allowance(cores, session, decoding);
  }

  private FilledTopic fill(Workload workload, double expectedRate) throws Exception {
    int least = LEAST_BATCHES * model.options(settings).maxBatchSize();
    return FilledTopic.fill(topics, workload, expectedRate, plan.seconds(), least, plan.seed());
  }

  private void sweep(
      BenchSettings inPrecision, String precision, Subject subject, Answers answers, double rate)
      throws Exception {
    if (plan.loads().isEmpty()) {
      return;
    }
    LoadSweep sweep = new LoadSweep(topics, subject.workload(), answers, rate);
    List<LoadPoint> points = new ArrayList<>();
    for (double fraction : plan.loads()) {
      progress.accept("%s: load of %.2f of %.1f img/s".formatted(precision, fraction, rate));
      points.add(
          sweep.measure(subject.settings(inPrecision), fraction, plan.loadSeconds(), plan.seed()));
    }
    load.add(new BenchReport.Load(precision, rate, points));
  }

  private int patchFloats() throws Exception {
    int side = model.images(settings).patchSize();
    return 3 * side * side;
  }

  private BenchReport.Subject subject(PictureFiles pictures) {
    return new BenchReport.Subject(
        model.description().name(),
        cores,
        System.getProperty("java.version"),
        Machine.cpu(),
        pictures.files().size(),
        pictures.files().stream().mapToInt(file -> file.length).average().orElseThrow(),
        plan.partitions(),
        plan.rounds(),
        plan.seconds());
  }
}
