package io.patchstream.inference;

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
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether CUDA can be used here: ONNX Runtime's provider is part of the build, its libraries load,
 * and a device computes. Where not, what ONNX Runtime says becomes a sentence that says what to do.
 */
final class CudaCheck {

  private static final Pattern MISSING_LIBRARY =
      Pattern.compile(
          "Failed to load library \\S+ with error: (\\S+\\.so\\S*): cannot open shared");
  private static final Pattern UNDEFINED_SYMBOL =
      Pattern.compile("undefined symbol: (\\S+), version (\\S+)");
  private static final Pattern CUDA_FAILURE = Pattern.compile("CUDA failure (\\d+): ([^;]+?) ;");

  private static final String DRIVER = "libcuda.so.1";
  private static final int INSUFFICIENT_DRIVER = 35;
  private static final int NO_DEVICE = 100;
  private static final int NO_KERNEL_FOR_DEVICE = 209;

  private CudaCheck() {}

  /** Whether it is part of the ONNX Runtime that this program was built with. */
  static boolean isInThisBuild() {
    return OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA);
  }

  /** Why the device cannot be used, and what to do; empty if it can. */
  static Optional<String> whyNot(int index) {
    if (!isInThisBuild()) {
      return Optional.of("this build is for CPUs, mvn -Pgpu package makes one for both");
    }
    try {
      compute(index);
      return Optional.empty();
    } catch (OrtException e) {
      return Optional.of(sentence(index, e.getMessage()));
    }
  }

  /** One node that copies to the device, starts a kernel and copies back. */
  private static void compute(int index) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (SessionOptions options = new SessionOptions()) {
      CudaProvider.addTo(options, index, 0);
      try (OrtSession session = environment.createSession(oneNode(), options);
          OnnxTensor number = OnnxTensor.createTensor(environment, new float[] {1})) {
        session.run(Map.of("x", number)).close();
      }
    }
  }

  private static byte[] oneNode() {
    return ModelProto.newBuilder()
        .setIrVersion(10)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(21))
        .setGraph(
            GraphProto.newBuilder()
                .setName("one_node")
                .addInput(number("x"))
                .addNode(NodeProto.newBuilder().setOpType("Neg").addInput("x").addOutput("y"))
                .addOutput(number("y")))
        .build()
        .toByteArray();
  }

  private static ValueInfoProto number(String name) {
    TensorShapeProto.Builder one = TensorShapeProto.newBuilder();
    one.addDimBuilder().setDimValue(1);
    TypeProto.Tensor.Builder floats =
        TypeProto.Tensor.newBuilder().setElemType(DataType.FLOAT.getNumber()).setShape(one);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(floats))
        .build();
  }

  /** What ONNX Runtime's message means for whoever runs this. */
  static String sentence(int index, String message) {
    Matcher library = MISSING_LIBRARY.matcher(message);
    if (library.find()) {
      return missing(library.group(1));
    }
    Matcher symbol = UNDEFINED_SYMBOL.matcher(message);
    if (symbol.find()) {
      return "the library %s is too old, it has no %s: deploy/cuda-libraries assembles others, whose folder LD_LIBRARY_PATH must name first"
          .formatted(symbol.group(2), symbol.group(1));
    }
    if (message.contains("Invalid device ID")) {
      return "there is no device cuda:%d, nvidia-smi lists those that there are".formatted(index);
    }
    Matcher failure = CUDA_FAILURE.matcher(message);
    return failure.find()
        ? refused(Integer.parseInt(failure.group(1)), failure.group(2))
        : "ONNX Runtime says: " + message.strip();
  }

  private static String missing(String library) {
    return library.equals(DRIVER)
        ? "there is no NVIDIA driver (%s is missing): install it, or start the container with the GPU"
            .formatted(library)
        : "the library %s is missing: deploy/cuda-libraries assembles it, and LD_LIBRARY_PATH must name its folder"
            .formatted(library);
  }

  private static String refused(int error, String text) {
    return switch (error) {
      case INSUFFICIENT_DRIVER ->
          "the NVIDIA driver is too old for CUDA 12 (%s): install a newer one".formatted(text);
      case NO_DEVICE ->
          "there is no NVIDIA GPU (%s): give the host or the container one".formatted(text);
      case NO_KERNEL_FOR_DEVICE ->
          "this GPU is too old for ONNX Runtime (%s): take the CPU".formatted(text);
      default -> "CUDA says %s (error %d)".formatted(text, error);
    };
  }
}
