package io.patchstream.quickstart.bench;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * The whole processor from topic to topic, beside its parts; medians of the rounds.
 *
 * @param precision that it computes in
 * @param workload that it was given
 * @param tokens of an image, in the mean
 * @param sessionBatch images in a run of the raw session, its best
 * @param sessionRate images a second of the raw session
 * @param decodingRate images a second from encoded bytes to patches
 * @param allowedRate images a second that the two allow, see {@link Allowance}
 * @param rate images a second from topic to topic
 * @param efficiency share of what was allowed in the same round
 * @param meanBatch images in a batch, in the mean
 * @param busy share of the time in which the session ran
 * @param starved share of the time in which it waited for images that were being decoded
 * @param jit share of the cores, at most, on which the JVM compiled; hours later it does not
 * @param rounds each by itself
 */
record WholeSpeed(
    String precision,
    String workload,
    double tokens,
    int sessionBatch,
    double sessionRate,
    double decodingRate,
    double allowedRate,
    double rate,
    double efficiency,
    double meanBatch,
    double busy,
    double starved,
    double jit,
    List<Round> rounds) {

  /**
   * The three, timed one after the other.
   *
   * @param sessionRate images a second of the raw session
   * @param decodingRate images a second from encoded bytes to patches
   * @param rate images a second from topic to topic
   * @param efficiency of the rate
   * @param meanBatch images in a batch, in the mean
   * @param busy share of the time in which the session ran
   * @param starved share of the time in which it waited for images that were being decoded
   * @param jit share of the cores, at most, on which the JVM compiled
   */
  record Round(
      double sessionRate,
      double decodingRate,
      double rate,
      double efficiency,
      double meanBatch,
      double busy,
      double starved,
      double jit) {

    static Round of(Allowance allowance, TopicToTopic.Timing whole) {
      return new Round(
          allowance.sessionRate(),
          allowance.decodingRate(),
          whole.rate(),
          allowance.efficiency(whole.rate()),
          whole.meanBatch(),
          whole.busy(),
          whole.starved(),
          whole.jit());
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "session %.1f, decoding %.1f, whole %.1f img/s: efficiency %.3f, batches of %.1f, session"
              + " busy %.2f, starved %.2f, jit %.2f",
          sessionRate,
          decodingRate,
          rate,
          efficiency,
          meanBatch,
          busy,
          starved,
          jit);
    }
  }

  static WholeSpeed of(
      String precision, String workload, double tokens, int sessionBatch, List<Round> rounds) {
    return new WholeSpeed(
        precision,
        workload,
        tokens,
        sessionBatch,
        median(rounds, Round::sessionRate),
        median(rounds, Round::decodingRate),
        median(rounds, round -> round.rate() / round.efficiency()),
        median(rounds, Round::rate),
        median(rounds, Round::efficiency),
        median(rounds, Round::meanBatch),
        median(rounds, Round::busy),
        median(rounds, Round::starved),
        median(rounds, Round::jit),
        List.copyOf(rounds));
  }

  /** The median over the rounds of the tokens a second here over those there. */
  double tokensOver(WholeSpeed other) {
    double[] ratios = new double[rounds.size()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = tokens * rounds.get(i).rate() / (other.tokens * other.rounds.get(i).rate());
    }
    return new Percentiles(ratios).median();
  }

  private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
    return new Percentiles(rounds.stream().mapToDouble(figure).toArray()).median();
  }
}
