/**
 * Events in, results out: the Kafka Streams topology, its order and its delivery guarantee.
 *
 * <p>Images are classified asynchronously, yet exactly once. What is unfinished of one input
 * partition is always one run of offsets, because results leave in arrival order; that run, the
 * {@link io.patchstream.topology.ResumeMark}, is all the state there is. It is committed in one
 * transaction with the results and the consumed position, and whoever owns the partition next
 * fetches the run again from the input topic.
 */
package io.patchstream.topology;
