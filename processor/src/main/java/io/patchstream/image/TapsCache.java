package io.patchstream.image;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** The taps of the sizes seen last, within a bound on what they hold. For one thread. */
final class TapsCache {

  private record Key(Span in, int out, int from, int to, Filter filter) {}

  private final int maxWeights;
  private final Map<Key, Taps> taps = new LinkedHashMap<>(16, 0.75f, true);
  private long weights;

  /** Keeps at most {@code maxWeights} weights of 4 bytes, and always the taps asked for last. */
  TapsCache(int maxWeights) {
    this.maxWeights = maxWeights;
  }

  /** See {@link Taps#of}. */
  Taps get(Span in, int out, int from, int to, Filter filter) {
    Key key = new Key(in, out, from, to, filter);
    Taps known = taps.get(key);
    return known != null ? known : add(key, Taps.of(in, out, from, to, filter));
  }

  private Taps add(Key key, Taps made) {
    weights += made.weights().length;
    Iterator<Taps> eldest = taps.values().iterator();
    while (weights > maxWeights && eldest.hasNext()) {
      weights -= eldest.next().weights().length;
      eldest.remove();
    }
    taps.put(key, made);
    return made;
  }

  int size() {
    return taps.size();
  }
}
