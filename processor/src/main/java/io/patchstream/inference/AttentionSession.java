package io.patchstream.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.patchstream.image.Grid;
import io.patchstream.model.Model;
import io.patchstream.model.OnnxGraph;
import io.patchstream.model.PositionTables;
import io.patchstream.model.VisionTransformer;
import io.patchstream.model.VisionTransformer.Pooling;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model that tells what its tokens attend to, one image at a time, on the CPU in float32. It is
 * for looking at: queries and keys of all blocks are held at once, 2·layers·tokens·D floats. For
 * one thread at a time.
 */
public final class AttentionSession implements AutoCloseable {

  private static final String POOL = "pool";
  private static final long POSITION_TABLE_BYTES = 16 << 20;

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final VisionTransformer model;
  private final PositionTables positions;
  private final LoadedGraph loaded;
  private final TopK topK;

  private AttentionSession(
      VisionTransformer model, PositionTables positions, LoadedGraph loaded, int topK) {
    this.model = model;
    this.positions = positions;
    this.loaded = loaded;
    this.topK = new TopK(topK, model.activation(), model.labels());
  }

  /**
   * Opens one; the model may be closed afterwards.
   *
   * @param topK classes in a result
   * @param threads of a run
   * @return empty for an ONNX file, which keeps its attention to itself
   * @throws InferenceException if ONNX Runtime refuses the model
   */
  public static Optional<AttentionSession> open(Model model, int topK, int threads)
      throws InferenceException {
    Optional<OnnxGraph> graph = model.graphExposingAttention();
    if (graph.isEmpty()) {
      return Optional.empty();
    }
    ComputeOptions compute =
        new ComputeOptions(Devices.CPU, RequestedPrecision.FP32, threads, 0, POSITION_TABLE_BYTES);
    try {
      return Optional.of(
          new AttentionSession(
              (VisionTransformer) model.description(),
              model.positionTables(compute.positionTableBytes()),
              LoadedGraph.load(graph.get(), Device.CPU, compute),
              topK));
    } catch (OrtException e) {
      throw failure("ONNX Runtime cannot open the model: " + e.getMessage(), e);
    }
  }

  /** What the model is. */
  public VisionTransformer model() {
    return model;
  }

  /**
   * Runs one image.
   *
   * @param patches normalised, [patches, 3*P*P], direct
   * @param grid of the image
   * @throws InferenceException if the run fails
   */
  public Attention run(FloatBuffer patches, Grid grid) throws InferenceException {
    FloatBuffer table = positions.at(grid.rows(), grid.columns());
    long[] patchShape = {1, grid.patches(), model.patchLength()};
    long[] positionShape = {1, table.remaining() / model.hiddenSize(), model.hiddenSize()};
    try (OnnxTensor patchTensor = OnnxTensor.createTensor(environment, patches, patchShape);
        OnnxTensor positionTensor = OnnxTensor.createTensor(environment, table, positionShape);
        OrtSession.Result result =
            loaded
                .session()
                .run(
                    Map.of(
                        OnnxGraph.PATCHES,
                        patchTensor,
                        OnnxGraph.POSITION_EMBEDDINGS,
                        positionTensor))) {
      return attention(result, grid);
    } catch (OrtException e) {
      throw failure("the session failed on an image of %s patches: ".formatted(grid) + e, e);
    }
  }

  private Attention attention(OrtSession.Result result, Grid grid) {
    List<Attention.Layer> blocks = new ArrayList<>();
    for (int block = 0; block < model.encoder().layers(); block++) {
      blocks.add(layer(result, "blocks." + block));
    }
    Attention.Layer pool =
        model.output().pooling() == Pooling.ATTENTION ? layer(result, POOL) : null;
    List<Inference.Prediction> predictions =
        model.classes() == 0 ? List.of() : topK.of(floats(result, OnnxGraph.LOGITS));
    return new Attention(grid, model.prefixTokens(), blocks, pool, predictions);
  }

  private Attention.Layer layer(OrtSession.Result result, String name) {
    long[] shape = tensor(result, OnnxGraph.keys(name)).getInfo().getShape();
    return new Attention.Layer(
        floats(result, OnnxGraph.queries(name)),
        floats(result, OnnxGraph.keys(name)),
        (int) shape[shape.length - 1],
        model.encoder().heads());
  }

  private static OnnxTensor tensor(OrtSession.Result result, String output) {
    return (OnnxTensor) result.get(output).orElseThrow();
  }

  private static float[] floats(OrtSession.Result result, String output) {
    return tensor(result, output).getFloatBuffer().array(); // of a copy
  }

  private static InferenceException failure(String message, OrtException cause) {
    return new InferenceException(InferenceException.Reason.SESSION_FAILED, message, cause);
  }

  @Override
  public void close() {
    loaded.close();
  }
}
