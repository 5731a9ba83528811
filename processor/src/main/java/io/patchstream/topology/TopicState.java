package io.patchstream.topology;

import java.util.List;
import java.util.OptionalInt;

/**
 * How a topic of the application is.
 *
 * @param topic its name
 * @param purpose what it is for, in a word or two
 * @param partitions that it has; empty where there is no such topic
 * @param standing what is to be thought of it
 * @param advice what differs, and what mends it
 */
public record TopicState(
    String topic, String purpose, OptionalInt partitions, Standing standing, List<Advice> advice) {

  /** What is to be thought of a topic. */
  public enum Standing {
    /** As it should be. */
    RIGHT,
    /** It is there, and not as it should be. */
    DIFFERS,
    /** It is not there, and should be. */
    MISSING,
    /** It was missing. */
    CREATED,
    /** The processor's own, which it makes and keeps itself. */
    INTERNAL
  }

  /**
   * What differs and what to do.
   *
   * @param what is wrong, a sentence without its end
   * @param command of Kafka's tools that mends it
   */
  public record Advice(String what, String command) {}
}
