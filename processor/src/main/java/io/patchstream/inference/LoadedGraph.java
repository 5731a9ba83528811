package io.patchstream.inference;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.patchstream.model.OnnxGraph;
import java.util.HashMap;
import java.util.Map;

/**
 * A graph and its weights in ONNX Runtime.
 *
 * @param session what runs it
 * @param options must outlive the session
 */
record LoadedGraph(OrtSession session, SessionOptions options) implements AutoCloseable {

  /**
   * Loads a graph, which copies the weights: the model may be closed afterwards.
   *
   * @throws OrtException if ONNX Runtime refuses it
   */
  static LoadedGraph load(OnnxGraph graph, Device device, ComputeOptions compute)
      throws OrtException {
    SessionOptions options = new SessionOptions();
    try {
      return new LoadedGraph(open(graph, device, compute, options), options);
    } catch (OrtException | RuntimeException e) {
      options.close();
      throw e;
    }
  }

  private static OrtSession open(
      OnnxGraph graph, Device device, ComputeOptions compute, SessionOptions options)
      throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    // Nothing of a model or its use leaves the machine. What ONNX Runtime has sent by now only the
    // environment variable ORT_DISABLE_TELEMETRY=1 withholds, which the launcher sets.
    environment.setTelemetry(false);
    if (device.kind() == Device.Kind.CUDA) {
      CudaProvider.addTo(options, device.index(), compute.deviceMemoryBytes());
      options.setIntraOpNumThreads(1); // shapes alone are computed on the CPU
    } else {
      options.setIntraOpNumThreads(compute.sessionThreads());
    }
    // Decoding shares the cores: a session thread without work shall leave its core to it.
    options.addConfigEntry("session.intra_op.allow_spinning", "0");
    Map<String, OnnxTensorLike> weights = new HashMap<>();
    try {
      for (OnnxGraph.Weight weight : graph.weights()) {
        weights.put(weight.name(), tensor(environment, weight));
      }
      options.addExternalInitializers(weights);
      return environment.createSession(graph.protobuf(), options);
    } finally {
      weights.values().forEach(OnnxTensorLike::close); // the session holds its own copy
    }
  }

  private static OnnxTensor tensor(OrtEnvironment environment, OnnxGraph.Weight weight)
      throws OrtException {
    OnnxJavaType type =
        switch (weight.type()) {
          case FLOAT32 -> OnnxJavaType.FLOAT;
          case FLOAT16 -> OnnxJavaType.FLOAT16;
          case BFLOAT16 -> OnnxJavaType.BFLOAT16;
        };
    return OnnxTensor.createTensor(environment, weight.data(), weight.shape(), type);
  }

  /** No run may be under way. */
  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime cannot close its session", e);
    } finally {
      options.close();
    }
  }
}
