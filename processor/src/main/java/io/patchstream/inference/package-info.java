/**
 * Images to results: {@link io.patchstream.inference.Engine#submit} counts an image in, a decoding
 * thread ({@code Decoder}, one of the {@code DecodingThreads}) writes its patches into a {@code
 * MicroBatch} of its grid, {@code Batcher} says when the batch leaves, and the {@code Lane} runs it
 * through the {@code ModelSession} and completes the image's future. A plain library, which knows
 * neither Kafka nor settings.
 */
package io.patchstream.inference;
