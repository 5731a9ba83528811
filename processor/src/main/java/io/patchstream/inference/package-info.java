/**
 * Images to results: {@link io.patchstream.inference.Engine#submit} counts an image in, a decoding
 * thread ({@code Decoder}, one of the {@code DecodingThreads}) writes its patches into a {@code
 * MicroBatch}, {@code Batcher} says when the batch leaves, and a {@code Lane} runs it through its
 * {@code ModelSession} and completes the images' futures. There is a lane for each core, on one
 * session, or one for each GPU. A plain library, which knows neither Kafka nor settings.
 */
package io.patchstream.inference;
