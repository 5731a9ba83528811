package io.patchstream.ops;

import io.patchstream.inference.Engine;
import io.patchstream.topology.ClassificationStream;
import java.util.Optional;

/** How the process is, at any moment of its life. */
final class Health {

  private record Watched(Engine engine, ClassificationStream stream) {}

  private volatile Watched watched;
  private volatile boolean stopping;

  /** The engine is warm and the stream started. */
  void watch(Engine engine, ClassificationStream stream) {
    watched = new Watched(engine, stream);
  }

  /** From now on the process is not ready. */
  void stopping() {
    stopping = true;
  }

  /** How it is now. Quick: nobody outside of the process is asked. */
  HealthReport report() {
    Watched now = watched;
    if (now == null) {
      return HealthReport.starting(stopping);
    }
    Optional<String> fault = now.engine.fault();
    return HealthReport.of(
        stopping,
        now.stream.condition(),
        HealthReport.Engine.of(now.engine.identity(), now.engine.devices().toString(), fault),
        fault);
  }
}
