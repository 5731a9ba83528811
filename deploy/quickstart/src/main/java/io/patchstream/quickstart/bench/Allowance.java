package io.patchstream.quickstart.bench;

/**
 * What the parts of the road allow the whole of it on the same machine. An image costs a part
 * {@code cores / rate} core-seconds, where rate is what that part alone reaches with all cores
 * busy. On a CPU both parts share the cores; a GPU's session runs beside decoding.
 *
 * @param cores that the process may use
 * @param sessionRate images a second of the raw session, at its best batch size
 * @param decodingRate images a second from encoded bytes to patches
 * @param onCpu whether the session runs on the same cores
 */
record Allowance(int cores, double sessionRate, double decodingRate, boolean onCpu) {

  /** Core-seconds of an image in the session, where it runs on the cores. */
  double sessionCoreSeconds() {
    return cores / sessionRate;
  }

  /** Core-seconds of an image to patches. */
  double decodingCoreSeconds() {
    return cores / decodingRate;
  }

  /** Images a second if nothing but the two parts took any time. */
  double rate() {
    return onCpu
        ? cores / (sessionCoreSeconds() + decodingCoreSeconds())
        : Math.min(sessionRate, decodingRate);
  }

  /** Share of {@link #rate} that a measured rate is. */
  double efficiency(double measuredRate) {
    return measuredRate / rate();
  }
}
