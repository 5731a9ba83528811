package io.patchstream.topology;

/** Understands the value of an input record; called on the engine's decoding threads. */
interface EventReader {

  /**
   * Reads one record.
   *
   * @throws RejectedEventException if the record holds no image
   * @throws InterruptedException if the process closes while the reader waits
   */
  ReadEvent read(InputRecord record) throws RejectedEventException, InterruptedException;
}
