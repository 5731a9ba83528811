package io.patchstream.inference;

import java.time.Duration;

/** SKELETON: the inference room checks and completes this. */
public record EngineOptions(
    int maxBatchSize,
    int maxBatchTokens,
    Duration maxBatchDelay,
    int topK,
    int decodeThreads,
    int intraOpThreads,
    int maxImagesInFlight,
    long positionTableBytes) {}
