package io.patchstream.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.RunOptions;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import io.patchstream.image.Grid;
import io.patchstream.model.OnnxGraph;
import io.patchstream.model.PositionTables;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * One ONNX Runtime session on the CPU. For one thread at a time: the results of a run stay in its
 * pinned output buffers until the next, and only what a caller copies out of them is garbage.
 */
final class ModelSession implements AutoCloseable {

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final SessionOptions sessionOptions; // must outlive the session
  private final OrtSession session;
  private final RunOptions runOptions;
  private final PositionTables positions;
  private final int hiddenSize;
  private final int classes;
  private final int embeddingDimension;
  private final FloatBuffer logits;
  private final FloatBuffer clsEmbeddings;

  /**
   * Opens a session, which copies the weights: the model may be closed afterwards.
   *
   * @param graph what to run
   * @param positions the position table of each grid
   * @param maxBatchSize the most images of one run
   * @param intraOpThreads threads of the session
   * @throws InferenceException if ONNX Runtime refuses the graph
   */
  ModelSession(OnnxGraph graph, PositionTables positions, int maxBatchSize, int intraOpThreads)
      throws InferenceException {
    this.positions = positions;
    sessionOptions = new SessionOptions();
    OrtSession opened = null;
    RunOptions run = null;
    try {
      opened = open(graph, intraOpThreads);
      run = new RunOptions();
      run.setLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL); // a failed run is an exception
      hiddenSize = width(opened.getInputInfo(), OnnxGraph.POSITION_EMBEDDINGS);
      Map<String, NodeInfo> outputs = opened.getOutputInfo();
      classes = outputs.containsKey(OnnxGraph.LOGITS) ? width(outputs, OnnxGraph.LOGITS) : 0;
      embeddingDimension = width(outputs, OnnxGraph.CLS_EMBEDDING);
    } catch (OrtException | RuntimeException e) {
      close(opened, run);
      throw new InferenceException(
          InferenceException.Reason.SESSION_FAILED,
          "ONNX Runtime cannot open the model: " + e.getMessage(),
          e);
    }
    session = opened;
    runOptions = run;
    logits = DirectBuffers.floats(maxBatchSize * classes);
    clsEmbeddings = DirectBuffers.floats(maxBatchSize * embeddingDimension);
  }

  /**
   * Runs images of one grid.
   *
   * @param patches [images, patches, 3*P*P], direct
   * @throws OrtException if the session fails, on any of the images
   */
  void run(FloatBuffer patches, Grid grid, int images) throws OrtException {
    FloatBuffer table = positions.at(grid.rows(), grid.columns());
    int patchCount = grid.patches();
    long[] patchShape = {images, patchCount, patches.remaining() / images / patchCount};
    long[] tableShape = {1, table.remaining() / hiddenSize, hiddenSize};
    try (OnnxTensor patchTensor = tensor(patches, patchShape);
        OnnxTensor positionTensor = tensor(table, tableShape);
        OnnxTensor logitsTensor = classes > 0 ? output(logits, images, classes) : null;
        OnnxTensor clsTensor = output(clsEmbeddings, images, embeddingDimension)) {
      session
          .run(
              Map.of(OnnxGraph.PATCHES, patchTensor, OnnxGraph.POSITION_EMBEDDINGS, positionTensor),
              Set.of(), // nothing beside the pinned outputs
              logitsTensor == null
                  ? Map.of(OnnxGraph.CLS_EMBEDDING, clsTensor)
                  : Map.of(OnnxGraph.LOGITS, logitsTensor, OnnxGraph.CLS_EMBEDDING, clsTensor),
              runOptions)
          .close();
    }
  }

  /** A copy of the logits of one image of the last run, [classes]; empty without a head. */
  float[] logits(int image) {
    return row(logits, image, classes);
  }

  /** A copy of the CLS embedding of one image of the last run, [D]. */
  float[] clsEmbedding(int image) {
    return row(clsEmbeddings, image, embeddingDimension);
  }

  /** How many classes the model tells apart; 0 for one without a head. */
  int classes() {
    return classes;
  }

  int embeddingDimension() {
    return embeddingDimension;
  }

  /** Makes a run that is under way, on another thread, fail soon; and every later one. */
  void terminate() {
    try {
      runOptions.setTerminate(true);
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  /** No run may be under way. */
  @Override
  public void close() {
    close(session, runOptions);
  }

  private void close(OrtSession opened, RunOptions run) {
    try {
      if (opened != null) {
        opened.close();
      }
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime cannot close its session", e);
    } finally {
      if (run != null) {
        run.close();
      }
      sessionOptions.close();
    }
  }

  private OrtSession open(OnnxGraph graph, int intraOpThreads) throws OrtException {
    // Nothing of a model or its use leaves the machine. What ONNX Runtime has sent by now only the
    // environment variable ORT_DISABLE_TELEMETRY=1 withholds, which the launcher sets.
    environment.setTelemetry(false);
    sessionOptions.setIntraOpNumThreads(intraOpThreads);
    // Decoding shares the cores: a session thread without work shall leave its core to it.
    sessionOptions.addConfigEntry("session.intra_op.allow_spinning", "0");
    Map<String, OnnxTensorLike> weights = new HashMap<>();
    try {
      for (OnnxGraph.Weight weight : graph.weights()) {
        weights.put(weight.name(), tensor(weight));
      }
      sessionOptions.addExternalInitializers(weights);
      return environment.createSession(graph.protobuf(), sessionOptions);
    } finally {
      weights.values().forEach(OnnxTensorLike::close); // the session holds its own copy
    }
  }

  private OnnxTensor tensor(OnnxGraph.Weight weight) throws OrtException {
    OnnxJavaType type =
        switch (weight.type()) {
          case FLOAT32 -> OnnxJavaType.FLOAT;
          case FLOAT16 -> OnnxJavaType.FLOAT16;
          case BFLOAT16 -> OnnxJavaType.BFLOAT16;
        };
    return OnnxTensor.createTensor(environment, weight.data(), weight.shape(), type);
  }

  private OnnxTensor tensor(FloatBuffer data, long[] shape) throws OrtException {
    return OnnxTensor.createTensor(environment, data, shape);
  }

  private OnnxTensor output(FloatBuffer pinned, int images, int width) throws OrtException {
    return tensor(pinned.slice(0, images * width), new long[] {images, width});
  }

  /** The last dimension of a tensor. */
  private static int width(Map<String, NodeInfo> tensors, String name) {
    if (!tensors.containsKey(name)) {
      throw new IllegalArgumentException(
          "the graph has " + tensors.keySet() + ", but no '" + name + "'");
    }
    long[] shape = ((TensorInfo) tensors.get(name).getInfo()).getShape();
    if (shape.length == 0 || shape[shape.length - 1] < 1) {
      throw new IllegalArgumentException(
          "'" + name + "' has no known width, but the shape " + Arrays.toString(shape));
    }
    return Math.toIntExact(shape[shape.length - 1]);
  }

  private static float[] row(FloatBuffer rows, int row, int width) {
    float[] copy = new float[width];
    rows.get(row * width, copy);
    return copy;
  }
}
