package io.patchstream.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtException.OrtErrorCode;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What ONNX Runtime throws on a CPU is provoked; what it throws on a GPU, which no test here has,
 * is as its source and its users' reports have it.
 */
class DeviceFaultTest {

  private static final String CUDA =
      "Non-zero status code returned while running MatMul node. Name:'MatMul_3.node' Status Message:"
          + " CUDA failure %s ; GPU=0 ; hostname=worker ; file=/onnxruntime_src/onnxruntime/core/"
          + "providers/cuda/gpu_data_transfer.cc ; line=63 ; expr=cudaMemcpyAsync(dst_data, src_data,"
          + " bytes, cudaMemcpyHostToDevice, stream); ";

  /** Fills a list of the length that it is given. */
  private static final byte[] EXPAND =
      ModelProto.newBuilder()
          .setIrVersion(10)
          .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(21))
          .setGraph(
              GraphProto.newBuilder()
                  .setName("expand")
                  .addInput(list("shape", DataType.INT64))
                  .addNode(
                      NodeProto.newBuilder()
                          .setOpType("Cast")
                          .addInput("shape")
                          .addOutput("number")
                          .addAttribute(to(DataType.FLOAT)))
                  .addNode(
                      NodeProto.newBuilder()
                          .setOpType("Expand")
                          .addInput("number")
                          .addInput("shape")
                          .addOutput("numbers"))
                  .addOutput(list("numbers", DataType.FLOAT)))
          .build()
          .toByteArray();

  @Test
  void moreMemoryThanThereIsOnACpu() throws Exception {
    OrtException failure = expand(1L << 46);
    assertThat(failure).hasMessageContaining("running Expand node");
    assertThat(DeviceFault.of(failure))
        .as(failure.getMessage())
        .isEqualTo(DeviceFault.OUT_OF_MEMORY);
  }

  @Test
  void aShapeThatIsWrongIsTheRunsOwn() throws Exception {
    OrtException failure = expand(-7);
    assertThat(failure).hasMessageContaining("running Expand node");
    assertThat(DeviceFault.of(failure)).as(failure.getMessage()).isEqualTo(DeviceFault.NONE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Non-zero status code returned while running Softmax node. Name:'Softmax_8.node' Status"
            + " Message: /onnxruntime_src/onnxruntime/core/framework/bfc_arena.cc:376 void*"
            + " onnxruntime::BFCArena::AllocateRawInternal(size_t, bool, onnxruntime::Stream*, bool,"
            + " onnxruntime::WaitNotificationFn) Failed to allocate memory for requested buffer of"
            + " size 19327352832",
        "Exception during initialization: /onnxruntime_src/onnxruntime/core/framework/bfc_arena.cc:376"
            + " void* onnxruntime::BFCArena::AllocateRawInternal(size_t, bool, onnxruntime::Stream*)"
            + " Available memory of 268435456 is smaller than requested bytes of 339738624",
        "bad allocation",
        "CudaMempoolArena::Alloc: cudaMallocFromPoolAsync failed: out of memory (2), size=1048576",
        "CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0 ; hostname=worker ; file=/onnxruntime_src/"
            + "onnxruntime/core/providers/cuda/cuda_stream_handle.cc ; line=53 ;"
            + " expr=cublasCreate(&cublas_handle_); ",
        "CUDNN failure 4003: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED ; GPU=0 ;"
      })
  void memoryThatRanOut(String message) {
    assertThat(of(message)).isEqualTo(DeviceFault.OUT_OF_MEMORY);
  }

  @Test
  void cudaHasNoMemory() {
    assertThat(of(CUDA.formatted("2: out of memory"))).isEqualTo(DeviceFault.OUT_OF_MEMORY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "46: CUDA-capable device(s) is/are busy or unavailable",
        "100: no CUDA-capable device is detected",
        "214: uncorrectable ECC error encountered",
        "700: an illegal memory access was encountered",
        "710: device-side assert triggered",
        "719: unspecified launch failure",
        "999: unknown error"
      })
  void deviceThatIsLost(String error) {
    assertThat(of(CUDA.formatted(error))).isEqualTo(DeviceFault.LOST);
  }

  @Test
  void deviceThatIsLostWhileMemoryIsAskedOf() {
    String message =
        "CUDA failure 700: an illegal memory access was encountered ; GPU=0 ; hostname=worker ;"
            + " file=cuda_allocator.cc ; line=48 ; expr=cudaMalloc((void**)&p, size); out of memory";
    assertThat(of(message)).isEqualTo(DeviceFault.LOST);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CUBLAS failure 13: CUBLAS_STATUS_EXECUTION_FAILED ; GPU=0 ; hostname=worker ;",
        "CUBLAS failure 14: CUBLAS_STATUS_INTERNAL_ERROR ; GPU=0 ; hostname=worker ;",
        "CUDNN failure 5000: CUDNN_STATUS_EXECUTION_FAILED ; GPU=0 ; hostname=worker ;"
      })
  void librariesThatReachTheDeviceNoMore(String message) {
    assertThat(of(message)).isEqualTo(DeviceFault.LOST);
  }

  @Test
  void deviceThatWasReset() {
    OrtException reset = new OrtException(OrtErrorCode.ORT_DEVICE_RESET, "the device was reset");
    assertThat(DeviceFault.of(reset)).isEqualTo(DeviceFault.LOST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1: invalid argument", "701: too many resources requested for launch"})
  void callThatCudaRefuses(String error) {
    assertThat(of(CUDA.formatted(error))).isEqualTo(DeviceFault.NONE);
  }

  @Test
  void anEndThatWasAskedForIsNoFault() {
    assertThat(of("Exiting due to terminate flag being set to true.")).isEqualTo(DeviceFault.NONE);
  }

  private static DeviceFault of(String message) {
    return DeviceFault.of(new OrtException(OrtErrorCode.ORT_RUNTIME_EXCEPTION, message));
  }

  /** What a session throws that is to fill a list of so many floats. */
  private static OrtException expand(long length) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (SessionOptions options = new SessionOptions();
        OrtSession session = environment.createSession(EXPAND, options);
        OnnxTensor shape = OnnxTensor.createTensor(environment, new long[] {length})) {
      return catchThrowableOfType(
          OrtException.class, () -> session.run(Map.of("shape", shape)).close());
    }
  }

  private static AttributeProto.Builder to(DataType type) {
    return AttributeProto.newBuilder()
        .setName("to")
        .setType(AttributeType.INT)
        .setI(type.getNumber());
  }

  private static ValueInfoProto list(String name, DataType type) {
    TensorShapeProto.Builder anyLength = TensorShapeProto.newBuilder();
    anyLength.addDimBuilder().setDimParam("length");
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(type.getNumber())
                        .setShape(anyLength)))
        .build();
  }
}
