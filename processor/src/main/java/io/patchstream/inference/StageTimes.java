package io.patchstream.inference;

import java.util.EnumMap;
import java.util.Map;

/** How long images take in the stages of the engine, and in all; counted from any thread. */
final class StageTimes {

  private final Map<Stage, Histogram.Counter> stages = new EnumMap<>(Stage.class);
  private final Histogram.Counter whole = Histogram.Counter.ofFineNanos();

  StageTimes() {
    for (Stage stage : Stage.values()) {
      stages.put(stage, Stage.counter());
    }
  }

  /** An image has passed a stage. */
  void passed(Stage stage, long nanos) {
    stages.get(stage).add(nanos);
  }

  /** An image has its result, so long after it was submitted. */
  void answered(long nanos) {
    whole.add(nanos);
  }

  Map<Stage, Histogram> stages() {
    Map<Stage, Histogram> counted = new EnumMap<>(Stage.class);
    stages.forEach((stage, counter) -> counted.put(stage, counter.counted()));
    return counted;
  }

  Histogram whole() {
    return whole.counted();
  }
}
