package io.patchstream.quickstart;

import io.patchstream.schemas.ImageClassification;
import org.apache.kafka.common.header.Headers;

/**
 * One record of the labels topic.
 *
 * @param partition that it lies in
 * @param timestampMillis of the event, which its result keeps
 * @param headers of the event
 * @param classification what the model says
 */
public record CommittedLabel(
    int partition, long timestampMillis, Headers headers, ImageClassification classification) {}
