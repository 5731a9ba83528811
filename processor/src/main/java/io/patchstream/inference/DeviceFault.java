package io.patchstream.inference;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtException.OrtErrorCode;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whose fault a failed run is. ONNX Runtime tells mostly by its messages: its status codes say "a
 * kernel threw" of all of these.
 *
 * @see <a
 *     href="https://github.com/microsoft/onnxruntime/blob/main/onnxruntime/core/framework/bfc_arena.cc">what
 *     its arena says</a>
 * @see <a
 *     href="https://github.com/microsoft/onnxruntime/blob/main/onnxruntime/core/providers/cuda/cuda_call.cc">how
 *     it tells an error of CUDA</a>
 * @see <a
 *     href="https://docs.nvidia.com/cuda/cuda-runtime-api/group__CUDART__TYPES.html">cudaError_t</a>
 */
enum DeviceFault {

  /** None of the device's: this run failed, and the session may take others. */
  NONE,

  /**
   * Host or device had too little memory for this run; a smaller one may fit. Also what a lost
   * device can look like, since the arena says the same of every refusal of {@code cudaMalloc}:
   * opening the session again then tells.
   */
  OUT_OF_MEMORY,

  /**
   * The device is gone, or no call of this process reaches it any more: after an error in a kernel
   * CUDA refuses everything until the process ends.
   */
  LOST;

  private static final Pattern CUDA_FAILURE = Pattern.compile("CUDA failure (\\d+):");

  private static final int CUDA_OUT_OF_MEMORY = 2;

  /**
   * Invalid value, invalid configuration, out of launch resources, not supported: refusals of one
   * call, after which the device still works. An error of any other number counts as loss; an end
   * with a message costs less than images that fail for a device's sake.
   */
  private static final Set<Integer> CUDA_REFUSALS = Set.of(1, 9, 701, 801);

  private static final Pattern NO_MEMORY =
      Pattern.compile(
          "Failed to allocate memory for requested buffer"
              + "|Available memory of \\d+ is smaller than requested"
              + "|Failed to find a free memory block"
              + "|std::bad_alloc|bad allocation" // libstdc++ and libc++; Microsoft's
              + "|out of memory"
              + "|CUBLAS_STATUS_ALLOC_FAILED"
              + "|CUDNN_STATUS_\\w*ALLOC\\w*_FAILED");

  private static final Pattern BROKEN_LIBRARY =
      Pattern.compile(
          "CU(BLAS|DNN)_STATUS_\\w*(EXECUTION_FAILED|INTERNAL_ERROR|MAPPING_ERROR|NOT_INITIALIZED)");

  private static final Set<OrtErrorCode> LOSSES =
      Set.of(OrtErrorCode.ORT_DEVICE_RESET, OrtErrorCode.ORT_EP_FAIL);

  /** That of what {@code OrtSession.run}, or the opening of a session, threw. */
  static DeviceFault of(Throwable failure) {
    if (!(failure instanceof OrtException refused)) {
      return NONE;
    }
    String message = String.valueOf(failure.getMessage());
    Matcher cuda = CUDA_FAILURE.matcher(message);
    if (cuda.find()) {
      return ofCuda(Integer.parseInt(cuda.group(1)));
    }
    if (NO_MEMORY.matcher(message).find()) {
      return OUT_OF_MEMORY;
    }
    boolean lost = LOSSES.contains(refused.getCode()) || BROKEN_LIBRARY.matcher(message).find();
    return lost ? LOST : NONE;
  }

  private static DeviceFault ofCuda(int error) {
    if (error == CUDA_OUT_OF_MEMORY) {
      return OUT_OF_MEMORY;
    }
    return CUDA_REFUSALS.contains(error) ? NONE : LOST;
  }
}
