package io.patchstream.inference;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BinaryOperator;

/**
 * What an engine has done since it was opened.
 *
 * @param batches that left for a session, by why they did
 * @param batchImages how many images they had
 * @param batchTokens how many tokens they had, prefix tokens included
 * @param stages how long the stages took of images that passed them, in nanoseconds. Of an image
 *     that has its result they add up to its time in the engine
 * @param devices what the time went to
 */
public record EngineStatistics(
    Map<Departure, Long> batches,
    Histogram batchImages,
    Histogram batchTokens,
    Map<Stage, Histogram> stages,
    Map<Device, DeviceTime> devices) {

  /** Keeps copies. */
  public EngineStatistics {
    batches = Map.copyOf(batches);
    stages = Map.copyOf(stages);
    devices = Map.copyOf(devices);
  }

  /** What was done since an earlier moment. */
  public EngineStatistics since(EngineStatistics earlier) {
    return new EngineStatistics(
        since(batches, earlier.batches, (now, then) -> now - then),
        batchImages.since(earlier.batchImages),
        batchTokens.since(earlier.batchTokens),
        since(stages, earlier.stages, Histogram::since),
        since(devices, earlier.devices, DeviceTime::since));
  }

  private static <K, V> Map<K, V> since(Map<K, V> now, Map<K, V> earlier, BinaryOperator<V> minus) {
    Map<K, V> since = new HashMap<>(now);
    since.replaceAll((key, value) -> minus.apply(value, earlier.get(key)));
    return since;
  }

  /** Images in the batches that left. */
  public long images() {
    return batchImages.sum();
  }

  /** Tokens in the batches that left, prefix tokens included. */
  public long tokens() {
    return batchTokens.sum();
  }

  /** How long runs of the model took, added up over all lanes. */
  public Duration busy() {
    return devices.values().stream().map(DeviceTime::busy).reduce(Duration.ZERO, Duration::plus);
  }

  /** How long lanes starved, added up over all. */
  public Duration starved() {
    return devices.values().stream().map(DeviceTime::starved).reduce(Duration.ZERO, Duration::plus);
  }

  /** Images in a batch on average; 0 before the first has left. */
  public double meanBatchSize() {
    return batchImages.count() == 0 ? 0 : (double) images() / batchImages.count();
  }

  /** How long a run took on average; 0 before the first has left. */
  public Duration meanBatchTime() {
    return batchImages.count() == 0 ? Duration.ZERO : busy().dividedBy(batchImages.count());
  }
}
