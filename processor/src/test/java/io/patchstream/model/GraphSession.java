package io.patchstream.model;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.patchstream.model.OnnxGraph.ElementType;
import io.patchstream.model.OnnxGraph.Weight;
import io.patchstream.model.graph.VisionTransformerGraph;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A graph in ONNX Runtime on the CPU, as plainly as it can be run. */
public final class GraphSession implements AutoCloseable {

  /** What the graph says of a batch: [batch][classes] and [batch][D]. */
  public record Outputs(float[][] logits, float[][] clsEmbedding) {}

  private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

  private final VisionTransformer model;
  private final PositionTables positions;
  private final OrtSession session;

  /** Opens a session and closes the model. */
  public GraphSession(Model model) throws OrtException {
    try (model) {
      this.model = (VisionTransformer) model.description();
      this.positions = model.positionTables(1 << 20);
      this.session = open(model.graph());
    }
  }

  private static OrtSession open(OnnxGraph graph) throws OrtException {
    List<OnnxTensor> tensors = new ArrayList<>();
    Map<String, OnnxTensorLike> weights = new LinkedHashMap<>();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      for (Weight weight : graph.weights()) {
        OnnxTensor tensor =
            OnnxTensor.createTensor(
                ENVIRONMENT, weight.data(), weight.shape(), javaType(weight.type()));
        tensors.add(tensor);
        weights.put(weight.name(), tensor);
      }
      options.addExternalInitializers(weights);
      return ENVIRONMENT.createSession(graph.protobuf(), options);
    } finally {
      tensors.forEach(OnnxTensor::close);
    }
  }

  private static OnnxJavaType javaType(ElementType type) {
    return switch (type) {
      case FLOAT32 -> OnnxJavaType.FLOAT;
      case FLOAT16 -> OnnxJavaType.FLOAT16;
      case BFLOAT16 -> OnnxJavaType.BFLOAT16;
    };
  }

  /** Opens a session on what a layout has read. */
  GraphSession(Checkpoint checkpoint) throws OrtException {
    this.model = checkpoint.description();
    this.positions = new PositionTables(Positions.of(this.model, checkpoint.positions()), 1 << 20);
    this.session = open(new VisionTransformerGraph(checkpoint, Precision.FP32, Target.CPU).write());
  }

  /** Runs normalised pixels, [batch, 3, height, width]. */
  public Outputs run(float[] pixels, int batch, int height, int width) throws OrtException {
    int p = model.patchSize();
    int rows = height / p;
    int columns = width / p;
    long[] patchShape = {batch, (long) rows * columns, model.patchLength()};
    long[] positionShape = {
      1, model.tokens().positioned() + (long) rows * columns, model.hiddenSize()
    };
    FloatBuffer patches = FloatBuffer.wrap(patches(pixels, batch, rows, columns, p));
    try (OnnxTensor patchTensor = OnnxTensor.createTensor(ENVIRONMENT, patches, patchShape);
        OnnxTensor positionTensor =
            OnnxTensor.createTensor(ENVIRONMENT, positions.at(rows, columns), positionShape);
        OrtSession.Result result =
            session.run(
                Map.of(
                    OnnxGraph.PATCHES,
                    patchTensor,
                    OnnxGraph.POSITION_EMBEDDINGS,
                    positionTensor))) {
      return new Outputs(
          (float[][]) result.get(OnnxGraph.LOGITS).orElseThrow().getValue(),
          (float[][]) result.get(OnnxGraph.CLS_EMBEDDING).orElseThrow().getValue());
    }
  }

  /** [batch, 3, rows·p, columns·p] to [batch, rows·columns, 3·p·p]. */
  private static float[] patches(float[] pixels, int batch, int rows, int columns, int p) {
    float[] patches = new float[pixels.length];
    int i = 0;
    for (int image = 0; image < batch; image++) {
      for (int patch = 0; patch < rows * columns; patch++) {
        for (int channel = 0; channel < 3; channel++) {
          for (int y = 0; y < p; y++) {
            for (int x = 0; x < p; x++) {
              int row = patch / columns * p + y;
              int column = patch % columns * p + x;
              patches[i++] =
                  pixels[((image * 3 + channel) * rows * p + row) * columns * p + column];
            }
          }
        }
      }
    }
    return patches;
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
