/**
 * A checkpoint to an ONNX graph. {@code VisionTransformerGraph} is the model, read top to bottom;
 * {@code TokenBatch} is how the tokens of a batch lie, of one grid ({@code SameGridBatch}) or of
 * any ({@code PackedBatch}); {@code GraphBuilder} is the operators, as a CPU likes them best,
 * {@code CudaGraphBuilder} as a CUDA device does; {@code Int8Linear} is the linear layers in 8
 * bits.
 */
package io.patchstream.model.graph;
