package io.patchstream.quickstart.bench;

import java.util.List;

/**
 * All that was measured.
 *
 * @param subject what was measured, and where
 * @param sessions the raw session
 * @param whole from topic to topic
 * @param mixedOverUniform of each precision; empty without mixed sizes
 * @param load latencies under load; empty without a sweep
 */
record BenchReport(
    Subject subject,
    List<SessionSpeed> sessions,
    List<WholeSpeed> whole,
    List<MixedOverUniform> mixedOverUniform,
    List<Load> load) {

  /**
   * What was measured, and where.
   *
   * @param model its name
   * @param cores that the process may use
   * @param java the version of the runtime
   * @param cpu as the operating system calls it
   * @param pictures different ones
   * @param pictureBytes of one of them, in the mean
   * @param partitions of each topic
   * @param rounds that medians are of
   * @param seconds that one part was timed for
   */
  record Subject(
      String model,
      int cores,
      String java,
      String cpu,
      int pictures,
      double pictureBytes,
      int partitions,
      int rounds,
      double seconds) {}

  /**
   * What mixed sizes cost.
   *
   * @param precision that was computed in
   * @param tokensRatio tokens a second of mixed sizes over those of one size
   */
  record MixedOverUniform(String precision, double tokensRatio) {}

  /**
   * The load sweep in one precision.
   *
   * @param precision that was computed in
   * @param capacity images a second that the loads are fractions of
   * @param points one a load
   */
  record Load(String precision, double capacity, List<LoadPoint> points) {}
}
