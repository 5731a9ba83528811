package io.patchstream.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What ONNX Runtime 1.29.0 says, as it was seen: without CUDA, without a driver, and with a driver
 * that finds no GPU.
 */
class CudaCheckTest {

  private static final String LOAD =
      "Error code - ORT_FAIL - message: /onnxruntime_src/onnxruntime/core/session/"
          + "provider_bridge_ort.cc:1988 onnxruntime::Provider& onnxruntime::ProviderLibrary::Get()"
          + " [ONNXRuntimeError] : 1 : FAIL : Failed to load library"
          + " /tmp/onnxruntime-java1/libonnxruntime_providers_cuda.so with error: ";

  private static final String DEVICE =
      "Error code - ORT_FAIL - message: /onnxruntime_src/onnxruntime/core/providers/cuda/"
          + "cuda_execution_provider_info.cc:62 static onnxruntime::CUDAExecutionProviderInfo"
          + " onnxruntime::CUDAExecutionProviderInfo::FromProviderOptions(const"
          + " onnxruntime::ProviderOptions&) [ONNXRuntimeError] : 1 : FAIL :"
          + " provider_options_utils.h:187 Parse Failed to parse provider option \"device_id\": ";

  private static final String REFUSED =
      DEVICE
          + "CUDA failure %s ; GPU=-1 ; hostname=worker ; file=/onnxruntime_src/onnxruntime/core/"
          + "providers/cuda/cuda_execution_provider_info.cc ; line=69 ;"
          + " expr=cudaGetDeviceCount(&num_devices); ";

  @Test
  void aBuildForCpusSaysWhichOneToMake() {
    assumeThat(CudaCheck.isInThisBuild()).isFalse();
    assertThat(CudaCheck.whyNot(0))
        .contains("this build is for CPUs, mvn -Pgpu package makes one for both");
  }

  @Test
  void aLibraryIsMissing() {
    assertThat(
            of(
                LOAD
                    + "libcublasLt.so.12: cannot open shared object file: No such file or directory\n"))
        .isEqualTo(
            "the library libcublasLt.so.12 is missing: deploy/cuda-libraries assembles it, and"
                + " LD_LIBRARY_PATH must name its folder");
  }

  @Test
  void theDriverIsMissing() {
    assertThat(
            of(LOAD + "libcuda.so.1: cannot open shared object file: No such file or directory\n"))
        .isEqualTo(
            "there is no NVIDIA driver (libcuda.so.1 is missing): install it, or start the"
                + " container with the GPU");
  }

  @Test
  void aLibraryIsTooOld() {
    assertThat(
            of(
                LOAD
                    + "/tmp/onnxruntime-java1/libonnxruntime_providers_cuda.so: undefined symbol:"
                    + " cudaLibraryGetKernel, version libcudart.so.12\n"))
        .isEqualTo(
            "the library libcudart.so.12 is too old, it has no cudaLibraryGetKernel:"
                + " deploy/cuda-libraries assembles others, whose folder LD_LIBRARY_PATH must name"
                + " first");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "100: no CUDA-capable device is detected | there is no NVIDIA GPU (no CUDA-capable device is"
            + " detected): give the host or the container one",
        "35: CUDA driver version is insufficient for CUDA runtime version | the NVIDIA driver is too"
            + " old for CUDA 12 (CUDA driver version is insufficient for CUDA runtime version):"
            + " install a newer one",
        "209: no kernel image is available for execution on the device | this GPU is too old for ONNX"
            + " Runtime (no kernel image is available for execution on the device): take the CPU",
        "999: unknown error | CUDA says unknown error (error 999)",
      })
  void cudaRefuses(String error, String sentence) {
    assertThat(of(REFUSED.formatted(error))).isEqualTo(sentence);
  }

  @Test
  void thereAreFewerDevices() {
    assertThat(
            of(
                DEVICE
                    + "cuda_execution_provider_info.cc:70 operator() Invalid device ID: 7, must be"
                    + " between 0 (inclusive) and 1 (exclusive)."))
        .isEqualTo("there is no device cuda:7, nvidia-smi lists those that there are");
  }

  @Test
  void whatIsNotKnownIsPassedOn() {
    assertThat(of("Error code - ORT_FAIL - message: what\n"))
        .isEqualTo("ONNX Runtime says: Error code - ORT_FAIL - message: what");
  }

  private static String of(String message) {
    return CudaCheck.sentence(7, message);
  }
}
