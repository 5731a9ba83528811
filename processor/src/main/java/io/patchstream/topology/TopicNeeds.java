package io.patchstream.topology;

import java.util.OptionalInt;

/**
 * What the topics of an application must bear, beside what {@link StreamOptions} say.
 *
 * @param embeddingSize numbers in an embedding
 * @param partitions of an input topic that is made; empty for as many as other inputs have, or
 *     {@value #PARTITIONS}
 * @param replicationFactor of a topic that is made; empty for the brokers' own default
 */
public record TopicNeeds(int embeddingSize, OptionalInt partitions, OptionalInt replicationFactor) {

  /** A topic has these where nothing says how many, and so at most as many processes share it. */
  static final int PARTITIONS = 6;
}
