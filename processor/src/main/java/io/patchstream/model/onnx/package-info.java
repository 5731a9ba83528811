/**
 * A published ONNX file becomes a model: {@code OnnxFile} maps and parses it, {@code OpenGraph} can
 * be asked about it, {@code ImageInput}, {@code Head} and {@code PositionTable} find in it what has
 * to be known, {@code Surgery} gives it the inputs and outputs of an {@link
 * io.patchstream.model.OnnxGraph}, and {@code OnnxReader} leads through all that.
 *
 * <p>Weights stay in the file: the parser's tensors are views of the mapping, and ONNX Runtime gets
 * the protobuf without them and the views beside it, as it does for a checkpoint. So a file may be
 * as large as ONNX allows, or have its weights beside it; nothing but small tensors, such as
 * shapes, 8-bit weights and constants that are nodes, is copied on the heap, while the session is
 * opened.
 */
package io.patchstream.model.onnx;
