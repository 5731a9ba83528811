package io.patchstream.quickstart.bench;

/**
 * What the parts of the road allow the whole of it on the same cores. An image costs a part {@code
 * cores / rate} core-seconds, where rate is what that part alone reaches with all cores busy.
 *
 * @param cores that the process may use
 * @param sessionRate images a second of the raw session, at its best batch size
 * @param decodingRate images a second from encoded bytes to patches
 */
record Allowance(int cores, double sessionRate, double decodingRate) {

  /** Core-seconds of an image in the session. */
  double sessionCoreSeconds() {
    return cores / sessionRate;
  }

  /** Core-seconds of an image to patches. */
  double decodingCoreSeconds() {
    return cores / decodingRate;
  }

  /** Images a second if nothing but the two parts took any time. */
  double rate() {
    return cores / (sessionCoreSeconds() + decodingCoreSeconds());
  }

  /** Share of {@link #rate} that a measured rate is. */
  double efficiency(double measuredRate) {
    return measuredRate / rate();
  }
}
