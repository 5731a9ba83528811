package io.patchstream.topology;

import io.patchstream.config.InputFormat;
import io.patchstream.fetch.FetchOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the topology reads and writes.
 *
 * @param inputTopics topics of image events, at least one
 * @param inputFormat what their values are
 * @param labelsTopic where labels go, if anywhere
 * @param embeddingsTopic where embeddings go, if anywhere
 * @param deadLetterTopic where failures go
 * @param deadLetterMaxBytes the largest original value that a failure keeps, in bytes
 * @param inFlightMaxBytes how many bytes of input records the process keeps in memory
 * @param content what events may refer to
 * @param preprocessingId names how images become pixels, in every embedding
 * @param client everything that goes to Kafka Streams and the registry client as it is
 */
public record StreamOptions(
    List<String> inputTopics,
    InputFormat inputFormat,
    Optional<String> labelsTopic,
    Optional<String> embeddingsTopic,
    String deadLetterTopic,
    int deadLetterMaxBytes,
    long inFlightMaxBytes,
    FetchOptions content,
    String preprocessingId,
    Map<String, Object> client) {}
