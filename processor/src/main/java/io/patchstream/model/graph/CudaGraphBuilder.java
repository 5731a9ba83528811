package io.patchstream.model.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes graphs for ONNX Runtime's CUDA provider, which has kernels that add up while they do
 * something else: a sum is written only once it is read, and whoever reads it first may take it in.
 * ONNX Runtime's own optimiser does so too, but not in a model whose norms stand before its layers:
 * its {@code SkipLayerNormFusion} takes no sum that is read twice.
 *
 * <p>What was looked up for ONNX Runtime 1.29.0, in its sources and in the kernels that its {@code
 * libonnxruntime_providers_cuda.so} names:
 *
 * <ul>
 *   <li>{@code LayerNormalization} and {@code SkipLayerNormalization} have kernels for halves of
 *       both kinds, which compute in float32 (the latter since 1.28, pull request 28682).
 *   <li>Attention takes its softmax in float32, whichever of its kernels runs. In float16 that is
 *       the one of flash attention, at once where query, key and value come apart; where they come
 *       in one tensor, from 513 tokens on. {@code MultiHeadAttention} has none of these for
 *       bfloat16: below 256 tokens its products are stored, in bfloat16.
 *   <li>{@code MultiHeadAttention} asks for cuDNN, whatever kernel it runs; {@code
 *       PackedMultiHeadAttention} does not.
 *   <li>{@code FusedMatMul} adds up in float32 and runs a weight [out, in] as it lies. {@code Gemm}
 *       with a bias would write the bias first, and then add to it.
 *   <li>In float32 the provider multiplies matrices in TF32 unless its option {@code use_tf32} is
 *       0.
 * </ul>
 */
final class CudaGraphBuilder extends GraphBuilder {

  private record Sum(Value a, Value b) {}

  private final Map<Value, Sum> biased = new HashMap<>();
  private final Map<Value, Sum> residuals = new HashMap<>();

  @Override
  Value addBias(Value product, Value bias) {
    if (bias.equals(NONE)) {
      return product;
    }
    Value sum = next("Bias");
    biased.put(sum, new Sum(product, bias));
    return sum;
  }

  @Override
  Value addResidual(Value tokens, Value branch) {
    Value sum = next("Residual");
    residuals.put(sum, new Sum(branch, tokens));
    return sum;
  }

  @Override
  void beforeItIsRead(Value value) {
    Sum sum = biased.containsKey(value) ? biased.remove(value) : residuals.remove(value);
    if (sum != null) {
      node(ONNX, "Add", value.name(), List.of(sum.a(), sum.b()));
    }
  }

  @Override
  Value layerNormalization(Value x, int length, Value scale, Value bias, float epsilon) {
    Sum residual = residuals.remove(x);
    if (residual == null) {
      return node(ONNX, "LayerNormalization", List.of(x, scale, bias), real("epsilon", epsilon));
    }
    Sum branch = withoutBias(residual.a());
    return node(
        MICROSOFT,
        "SkipLayerNormalization",
        List.of(next("SkipLayerNormalization").name(), "", "", x.name()),
        List.of(branch.a(), residual.b(), scale, bias, branch.b()),
        real("epsilon", epsilon));
  }

  @Override
  Value gelu(Value x, boolean tanh) {
    Sum sum = withoutBias(x);
    if (tanh) {
      return node(MICROSOFT, "FastGelu", sum.a(), sum.b());
    }
    return sum.b().equals(NONE)
        ? node(MICROSOFT, "Gelu", sum.a())
        : node(MICROSOFT, "BiasGelu", sum.a(), sum.b());
  }

  @Override
  Value multiHeadAttention(Value query, Value key, Value value, int heads) {
    return attention("MultiHeadAttention", List.of(query, key, value), List.of(), heads);
  }

  /**
   * Attention among the tokens of each image of a packed batch.
   *
   * @param query [tokens, D]; key and value as well
   * @param tokenOffset where each token would lie if all images were as long as the longest, and
   *     then the places that would stay empty, int32 [batch, longest]
   * @param cumulativeLengths of the images' tokens, from 0 to all of them, int32 [batch + 1]
   * @see <a
   *     href="https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.PackedMultiHeadAttention">PackedMultiHeadAttention</a>,
   *     which the CUDA provider alone has, in float16 and float32
   */
  Value packedMultiHeadAttention(
      Value query, Value key, Value value, Value tokenOffset, Value cumulativeLengths, int heads) {
    return attention(
        "PackedMultiHeadAttention",
        List.of(query, key, value),
        List.of(tokenOffset, cumulativeLengths),
        heads);
  }

  /** With the biases of query, key and value, [3·D], where each has one. */
  private Value attention(String operator, List<Value> parts, List<Value> others, int heads) {
    Value bias = NONE;
    List<Value> inputs = new ArrayList<>(parts);
    if (biased.keySet().containsAll(parts)) {
      List<Sum> sums = parts.stream().map(biased::remove).toList();
      bias = concat(0, sums.stream().map(Sum::b).toArray(Value[]::new));
      inputs = new ArrayList<>(sums.stream().map(Sum::a).toList());
    }
    inputs.add(bias);
    inputs.addAll(others);
    return node(MICROSOFT, operator, inputs, integer("num_heads", heads));
  }

  /** A sum with a bias that nobody has read yet, taken apart; otherwise the value and none. */
  private Sum withoutBias(Value value) {
    Sum sum = biased.remove(value);
    return sum == null ? new Sum(value, NONE) : sum;
  }
}
