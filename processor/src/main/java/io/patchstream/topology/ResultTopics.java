package io.patchstream.topology;

import java.util.Map;
import java.util.Optional;

/**
 * Where results lie.
 *
 * @param labels topic of the labels, if any
 * @param embeddings topic of the embeddings, if any
 * @param deadLetters topic of the failures
 * @param client everything that goes to the Kafka clients and the registry client as it is
 */
public record ResultTopics(
    Optional<String> labels,
    Optional<String> embeddings,
    String deadLetters,
    Map<String, Object> client) {}
