package io.patchstream.topology;

import java.util.List;
import java.util.Map;

/**
 * Where failures lie and where their originals go.
 *
 * @param inputTopics topics that originals may be sent to
 * @param deadLetterTopic topic of the failures
 * @param client everything that goes to the Kafka clients and the registry client as it is
 */
public record ReplayOptions(
    List<String> inputTopics, String deadLetterTopic, Map<String, Object> client) {}
