package io.patchstream.topology;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The records that wait for the schema registry at this moment, and the warnings of it. */
final class RegistryWaits {

  private final Set<String> waiting = ConcurrentHashMap.newKeySet();
  private final RareWarnings warnings;

  /** Nothing waits. */
  RegistryWaits(RareWarnings warnings) {
    this.warnings = warnings;
  }

  /** A record begins to wait, or still does. */
  void begin(InputRecord record, Throwable why) {
    waiting.add(record.coordinates());
    Throwable cause = why.getCause() == null ? why : why.getCause();
    warnings.warn(
        "registry",
        "%s waits for the schema registry: %s (%s)"
            .formatted(record.coordinates(), why.getMessage(), cause.getMessage()));
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
