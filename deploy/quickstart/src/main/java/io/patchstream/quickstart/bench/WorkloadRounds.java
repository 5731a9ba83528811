package io.patchstream.quickstart.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One workload in one precision, measured round by round: session, decoding, and the whole after
 * them, so that whatever else the machine does slows all three.
 */
final class WorkloadRounds {

  /** So many batches at least are timed, however slow the model is. */
  private static final int LEAST_BATCHES = 6;

  private final BenchPlan plan;
  private final BenchTopics topics;
  private final Workload workload;
  private final BenchSettings settings;
  private final Answers answers;
  private final int maxBatch;
  private final boolean onCpu;
  private final int cores = Runtime.getRuntime().availableProcessors();
  private final List<WholeSpeed.Round> rounds = new ArrayList<>();
  private FilledTopic images;

  /**
   * Measures nothing yet.
   *
   * @param settings of the processor for this workload
   * @param answers that its results are held against
   * @param maxBatch images in a batch of the processor's engine, at most
   * @param onCpu whether that computes on the cores that decode
   */
  WorkloadRounds(
      BenchPlan plan,
      BenchTopics topics,
      Workload workload,
      BenchSettings settings,
      Answers answers,
      int maxBatch,
      boolean onCpu) {
    this.plan = plan;
    this.topics = topics;
    this.workload = workload;
    this.settings = settings;
    this.answers = answers;
    this.maxBatch = maxBatch;
    this.onCpu = onCpu;
  }

  /**
   * One round more.
   *
   * @param session the raw one, of the same precision
   * @param batch images in its runs
   */
  WholeSpeed.Round measure(SessionTiming session, int batch) throws Exception {
    Allowance allowance = allowance(session, batch);
    rounds.add(WholeSpeed.Round.of(allowance, whole(allowance)));
    return rounds.get(rounds.size() - 1);
  }

  /** The same, but only the share of compiling is kept. */
  double warmUp(SessionTiming session, int batch) throws Exception {
    return whole(allowance(session, batch)).jit();
  }

  private Allowance allowance(SessionTiming session, int batch) throws Exception {
    Duration part = plan.part();
    return new Allowance(
        cores,
        session.rate(workload.grids().stream().distinct().toList(), batch, part),
        new DecodingTiming(workload, cores).rate(part),
        onCpu);
  }

  private TopicToTopic.Timing whole(Allowance allowance) throws Exception {
    if (images == null) {
      int least = LEAST_BATCHES * maxBatch;
      images =
          FilledTopic.fill(topics, workload, allowance.rate(), plan.seconds(), least, plan.seed());
    }
    return new TopicToTopic(topics, images, answers).time(settings);
  }

  /** What a fraction of the capacity, in images a second, does to latency. */
  LoadPoint load(double fraction, double capacity) throws Exception {
    return new LoadSweep(topics, workload, answers, capacity)
        .measure(settings, fraction, plan.loadSeconds(), plan.seed());
  }

  Workload workload() {
    return workload;
  }

  List<WholeSpeed.Round> rounds() {
    return rounds;
  }
}
