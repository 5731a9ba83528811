package io.patchstream.inference;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;

/**
 * How a session uses CUDA. What the provider cannot compute ONNX Runtime gives to the CPU, and
 * warns of it on stderr when the session opens.
 *
 * @see <a
 *     href="https://onnxruntime.ai/docs/execution-providers/CUDA-ExecutionProvider.html#configuration-options">its
 *     options</a>
 */
final class CudaProvider {

  private CudaProvider() {}

  /**
   * Lets the session compute on a device.
   *
   * @param memoryBytes the most its arena may take there; 0 for all that there is
   * @throws OrtException if provider, libraries or device are not there
   */
  static void addTo(SessionOptions session, int index, long memoryBytes) throws OrtException {
    try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(index)) {
      if (memoryBytes > 0) {
        cuda.add("gpu_mem_limit", Long.toString(memoryBytes));
      }
      // By what is asked for, not to the next power of two: twice as large batches fit.
      cuda.add("arena_extend_strategy", "kSameAsRequested");
      // In one stream with the kernels, as its makers advise: in one of their own they would race.
      cuda.add("do_copy_in_default_stream", "1");
      // float32 is float32: TF32 would multiply with 10 bits of mantissa.
      cuda.add("use_tf32", "0");
      // In float16 sums over a token are float32, where ONNX Runtime fuses them with the addition.
      cuda.add("enable_skip_layer_norm_strict_mode", "1");
      // Convolutions are of ONNX files only; trying all algorithms at each new shape takes seconds.
      cuda.add("cudnn_conv_algo_search", "HEURISTIC");
      session.addCUDA(cuda);
    }
  }
}
