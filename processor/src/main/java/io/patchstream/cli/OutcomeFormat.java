package io.patchstream.cli;

import java.util.Optional;

/** How {@code classify} prints what became of a file. */
interface OutcomeFormat {

  /** The line on stdout; empty where stderr alone tells. */
  Optional<String> line(FileOutcome outcome);
}
