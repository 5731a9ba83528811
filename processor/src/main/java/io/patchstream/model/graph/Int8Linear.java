package io.patchstream.model.graph;

import io.patchstream.model.graph.GraphBuilder.Value;

/**
 * Linear layers in 8-bit integers, added up in 32 bits and brought back to float32.
 *
 * <p>Weights are quantised symmetrically per output channel, by nodes of the graph: ONNX Runtime
 * folds them when it loads the weights, whatever type these have, and keeps what comes out. (No
 * such node gives floats of a weight's size: with those a ViT-B/16 was seen to hold 1.3 GB.)
 * Activations are quantised when they come, by one scale and zero point for the whole tensor;
 * therefore a graph with such a layer runs one image at a time, and no neighbour can change an
 * answer.
 *
 * <p>What stays float, by what it costs on 500 pictures of the demo model (the relative difference
 * of logits from float32, mean and worst): with every layer in int8 1.0 % and 5.9 %; without the
 * head 0.9 % and 5.8 %; without the patch embedding either 0.85 % and 4.1 %, so the layers of the
 * blocks alone are in int8. The second layer of the MLPs errs most, since a few tokens are much
 * larger there than the others; with these brought to one size 0.8 % and 3.0 %, for 6 % of the
 * time. To leave the last block in float as well gains nothing more. Attention itself, norms and
 * activations are float.
 *
 * <p>The other ways, CPU time of one image of a ViT-Ti/16 on one thread, where float32 takes 17.4
 * ms: this one 11.9 ms; every activation quantised by token, of several operators, 13.5 ms and no
 * more exact; {@code MatMulNBits} with 8 bits 16.4 ms.
 */
final class Int8Linear {

  /** In place of the size of what is all zeros. */
  private static final float LEAST = 1e-30f;

  private final GraphBuilder graph;
  private final int levels;

  /**
   * Layers of one graph.
   *
   * @param weightBits of a weight, its sign among them: 8 or 7
   */
  Int8Linear(GraphBuilder graph, int weightBits) {
    this.graph = graph;
    this.levels = (1 << weightBits - 1) - 1;
  }

  /**
   * x · weight + bias.
   *
   * @param x [1, tokens, in]
   * @param weight [out, in] in float32; [in, out] where it is not transposed
   * @param bias [out], or {@link GraphBuilder#NONE}
   */
  Value apply(Value x, Value weight, boolean transposed, Value bias) {
    int in = transposed ? 1 : 0;
    int out = 1 - in;
    Value negative = graph.negative(graph.smallest(weight, in));
    Value largest = notZero(graph.larger(graph.largest(weight, in), negative));
    Value scale = graph.multiply(graph.squeeze(largest, in), graph.number(1f / levels));
    Value quantised = graph.quantizeLinear(weight, scale, out);
    Value laidOut = transposed ? graph.transpose(quantised) : quantised;
    return graph.dynamicQuantizeMatMul(x, laidOut, scale, bias);
  }

  /** The same where tokens differ much in size: each is first brought to a range of 1. */
  Value applyToEvenTokens(Value x, Value weight, boolean transposed, Value bias) {
    Value scale = notZero(graph.largest(graph.absolute(x), -1));
    Value product = apply(graph.divide(x, scale), weight, transposed, GraphBuilder.NONE);
    return graph.addBias(graph.multiply(product, scale), bias);
  }

  private Value notZero(Value scale) {
    return graph.larger(scale, graph.number(LEAST));
  }
}
