package io.patchstream.topology;

import java.util.ArrayDeque;

/**
 * The unfinished run of one input partition, in arrival order: first the images that are in memory,
 * then the backlog, whose offsets are all that is known.
 *
 * <p>A backlog exists after a restart (everything unfinished was left behind by the last owner) and
 * when records arrive faster than memory allows. Either way it is fetched again from the input.
 */
final class InFlightPartition {

  private static final long NONE = -1;

  private final ArrayDeque<InFlightImage> images = new ArrayDeque<>();
  private final long takenOverBelow;
  private long backlogFrom;
  private long next;
  private long lastConsumed = NONE;

  private InFlightPartition(long takenOverBelow, long backlogFrom, long next) {
    this.takenOverBelow = takenOverBelow;
    this.backlogFrom = backlogFrom;
    this.next = next;
  }

  /** A partition of which nothing is unfinished, about to consume {@code offset}. */
  static InFlightPartition startingAt(long offset) {
    return new InFlightPartition(NONE, offset, offset);
  }

  /** A partition whose unfinished run the last owner left behind. */
  static InFlightPartition resuming(ResumeMark mark) {
    return new InFlightPartition(mark.next(), mark.resume(), mark.next());
  }

  /** Whether the last owner consumed the record, but did not finish it. */
  boolean wasLeftBehind(long offset) {
    return offset < takenOverBelow;
  }

  /** Whether the record just consumed is offered again, as Streams may do after an error. */
  boolean isRetry(long offset) {
    return offset == lastConsumed;
  }

  /**
   * Drops what stands at or after the offset, which is about to be consumed. That happens only
   * where the group was moved back or the log was cut: those records all come again.
   */
  void rewindTo(long offset) {
    while (!images.isEmpty() && images.peekLast().offset() >= offset) {
      images.removeLast().release();
    }
    next = Math.min(next, offset);
    backlogFrom = Math.min(backlogFrom, next);
  }

  /** The mark to store before {@link #consume} of the same offset. */
  ResumeMark markAfter(long offset) {
    return new ResumeMark(isEmpty() ? offset : resume(), offset + 1);
  }

  /** Takes the offset into the backlog, from where {@link #add} may take it at once. */
  void consume(long offset) {
    if (!hasBacklog()) {
      backlogFrom = offset;
    }
    next = offset + 1;
    lastConsumed = offset;
  }

  /** Takes the first image of the backlog into memory. */
  void add(InFlightImage image) {
    images.addLast(image);
    backlogFrom = image.offset() + 1;
  }

  /** No record of the backlog lies below the offset: transaction markers leave such holes. */
  void skipTo(long offset) {
    backlogFrom = Math.max(backlogFrom, Math.min(offset, next));
  }

  boolean hasBacklog() {
    return backlogFrom < next;
  }

  long backlogFrom() {
    return backlogFrom;
  }

  /** The end of the run, exclusive. */
  long next() {
    return next;
  }

  boolean isEmpty() {
    return images.isEmpty() && !hasBacklog();
  }

  /** The oldest image if its result is there, else null. */
  InFlightImage pollDone() {
    InFlightImage head = images.peekFirst();
    return head != null && head.isDone() ? images.pollFirst() : null;
  }

  /** The mark of what is unfinished now. */
  ResumeMark mark() {
    return new ResumeMark(isEmpty() ? next : resume(), next);
  }

  /** Cancels what is in memory; nothing of it is forwarded. */
  void cancel() {
    images.forEach(InFlightImage::release);
    images.clear();
  }

  private long resume() {
    return images.isEmpty() ? backlogFrom : images.peekFirst().offset();
  }
}
