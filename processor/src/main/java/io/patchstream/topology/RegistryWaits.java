package io.patchstream.topology;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The records that wait for the schema registry at this moment. */
final class RegistryWaits {

  private final Set<String> waiting = ConcurrentHashMap.newKeySet();

  /** A record begins to wait. */
  void begin(InputRecord record) {
    waiting.add(record.coordinates());
  }

  /** It waits no more. */
  void end(InputRecord record) {
    waiting.remove(record.coordinates());
  }

  /** Their coordinates; a live view. */
  Set<String> waiting() {
    return waiting;
  }
}
