package io.patchstream.quickstart.bench;

import io.patchstream.inference.RawSession;
import java.util.ArrayList;
import java.util.List;

/** As many raw sessions as the processor's engine has lanes. */
final class RawSessions implements AutoCloseable {

  private final List<RawSession> lanes = new ArrayList<>();

  /**
   * Opens them.
   *
   * @param maxBatch images in their largest run
   */
  RawSessions(BenchModel model, BenchSettings settings, int maxBatch) throws Exception {
    int count = model.devices(settings).lanes().size();
    try {
      while (lanes.size() < count) {
        lanes.add(model.session(settings, maxBatch));
      }
    } catch (Exception e) {
      close();
      throw e;
    }
  }

  List<RawSession> lanes() {
    return lanes;
  }

  @Override
  public void close() {
    lanes.forEach(RawSession::close);
  }
}
