package io.patchstream.inference;

/** Why a batch left for its session. */
public enum Departure {

  /** Another image like its last had no place, in number or in tokens. */
  FULL,

  /** Its oldest image had waited for the delay; with none, a lane was free. */
  DELAY,

  /** No other image could come: the budget was full, and all of it stood in batches. */
  NOTHING_COMING
}
