package io.patchstream.quickstart.bench;

/**
 * What one load does to latency.
 *
 * @param fraction of the capacity
 * @param offered images a second, in the mean
 * @param throughput images a second, from the first that was due to the last that came
 * @param images that were timed
 * @param p50Millis from event to committed result, of half of them at most
 * @param p99Millis the same, of 99 %
 * @param meanBatch images in a batch, in the mean
 * @param batchMillis that a batch took in the session, in the mean
 * @param engineP99Millis from being handed to the engine to its result, of 99 % at most
 */
record LoadPoint(
    double fraction,
    double offered,
    double throughput,
    int images,
    double p50Millis,
    double p99Millis,
    double meanBatch,
    double batchMillis,
    double engineP99Millis) {}
