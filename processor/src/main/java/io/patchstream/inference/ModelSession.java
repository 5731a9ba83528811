package io.patchstream.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.RunOptions;
import ai.onnxruntime.TensorInfo;
import io.patchstream.image.Grid;
import io.patchstream.model.OnnxGraph;
import io.patchstream.model.PositionTables;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A hold of an ONNX Runtime session on a device. For one thread at a time: the results of a run
 * stay in its output buffers until the next, and only what a caller copies out of them is garbage.
 * Lanes of a CPU hold one session together, and with it one copy of the weights.
 */
final class ModelSession implements AutoCloseable {

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final LoadedGraph loaded;
  private final AtomicInteger holders;
  private final RunOptions runOptions;
  private final PositionTables positions;
  private final boolean takesPlanes;
  private final boolean takesPositions;
  private final PackedTokens packed; // null where the images of a run are of one grid
  private final int maxImagesARun;
  private final int classes;
  private final int embeddingDimension;
  private final FloatBuffer logits;
  private final FloatBuffer clsEmbeddings;

  /**
   * Opens a session, which copies the weights: the model may be closed afterwards.
   *
   * @param graph what to run
   * @param positions the position table of each grid
   * @param maxBatchSize the most images of one {@link #run}; a graph that takes one image at a time
   *     gets them one after the other
   * @param device what to run it on
   * @param options threads on the CPU, memory on a GPU
   * @throws InferenceException if ONNX Runtime refuses the graph
   */
  ModelSession(
      OnnxGraph graph,
      PositionTables positions,
      int maxBatchSize,
      Device device,
      ComputeOptions options)
      throws InferenceException {
    this.positions = positions;
    LoadedGraph opened = null;
    RunOptions run = null;
    try {
      opened = LoadedGraph.load(graph, device, options);
      run = quietly();
      Set<String> inputs = opened.session().getInputNames();
      takesPlanes = inputs.contains(OnnxGraph.PIXEL_VALUES);
      takesPositions = inputs.contains(OnnxGraph.POSITION_EMBEDDINGS);
      packed =
          inputs.contains(OnnxGraph.TOKEN_SOURCES)
              ? new PackedTokens(graph.prefixTokens(), positions)
              : null;
      maxImagesARun = takesOneImage(opened.session()) ? 1 : maxBatchSize;
      Map<String, NodeInfo> outputs = opened.session().getOutputInfo();
      classes = outputs.containsKey(OnnxGraph.LOGITS) ? width(outputs, OnnxGraph.LOGITS) : 0;
      embeddingDimension = width(outputs, OnnxGraph.CLS_EMBEDDING);
    } catch (OrtException | RuntimeException e) {
      close(opened, run);
      throw new InferenceException(
          InferenceException.Reason.SESSION_FAILED,
          "ONNX Runtime cannot open the model: " + e.getMessage(),
          e);
    }
    loaded = opened;
    holders = new AtomicInteger(1);
    runOptions = run;
    logits = DirectBuffers.floats(maxBatchSize * classes);
    clsEmbeddings = DirectBuffers.floats(maxBatchSize * embeddingDimension);
  }

  private ModelSession(ModelSession other) throws OrtException {
    runOptions = quietly();
    loaded = other.loaded;
    holders = other.holders;
    positions = other.positions;
    takesPlanes = other.takesPlanes;
    takesPositions = other.takesPositions;
    packed = null; // of GPUs, whose lanes share no session
    maxImagesARun = other.maxImagesARun;
    classes = other.classes;
    embeddingDimension = other.embeddingDimension;
    logits = DirectBuffers.floats(other.logits.capacity());
    clsEmbeddings = DirectBuffers.floats(other.clsEmbeddings.capacity());
    holders.incrementAndGet();
  }

  /** Another hold of this session, which is not closed before the last of them. */
  ModelSession forAnotherLane() throws InferenceException {
    try {
      return new ModelSession(this);
    } catch (OrtException e) {
      throw new InferenceException(
          InferenceException.Reason.SESSION_FAILED,
          "ONNX Runtime has no more room for a lane: " + e.getMessage(),
          e);
    }
  }

  /** A run that fails is an exception; it is not logged besides. */
  private static RunOptions quietly() throws OrtException {
    RunOptions run = new RunOptions();
    run.setLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
    return run;
  }

  /**
   * Runs images, each of its grid: all together where the graph is for a packed batch, otherwise
   * neighbours of one grid together.
   *
   * @param patches of all images, one after the other, [patches of all, 3*P*P], direct
   * @param grids of the images, in their order
   * @throws OrtException if the session fails, on any of the images
   */
  void run(FloatBuffer patches, List<Grid> grids) throws OrtException {
    if (packed != null) {
      runPacked(patches, grids);
      return;
    }
    int patchFloats = patchFloats(patches, grids);
    int from = 0;
    for (int first = 0; first < grids.size(); ) {
      Grid grid = grids.get(first);
      int next = first + 1;
      while (next < grids.size() && grids.get(next).equals(grid)) {
        next++;
      }
      int floats = (next - first) * grid.patches() * patchFloats;
      run(patches.slice(from, floats), grid, first, next - first);
      from += floats;
      first = next;
    }
  }

  /** Runs images of one grid, whose results go to the places from {@code place} on. */
  private void run(FloatBuffer patches, Grid grid, int place, int images) throws OrtException {
    int imageFloats = patches.remaining() / images;
    try (OnnxTensor positionTensor = takesPositions ? positions(grid) : null) {
      for (int first = 0; first < images; first += maxImagesARun) {
        int some = Math.min(maxImagesARun, images - first);
        FloatBuffer theirs = patches.slice(first * imageFloats, some * imageFloats);
        run(theirs, shape(some, grid, imageFloats), positionTensor, place + first);
      }
    }
  }

  /** One run, whose results go to the places of its images. */
  private void run(FloatBuffer patches, long[] shape, OnnxTensor positionTensor, int first)
      throws OrtException {
    try (OnnxTensor imageTensor = tensor(patches, shape)) {
      run(inputs(imageTensor, positionTensor), first, (int) shape[0]);
    }
  }

  private void runPacked(FloatBuffer patches, List<Grid> grids) throws OrtException {
    int patchFloats = patchFloats(patches, grids);
    packed.pack(grids);
    FloatBuffer rows = packed.positionEmbeddings();
    int images = grids.size();
    int longest = packed.offsets().remaining() / images;
    try (OnnxTensor patchTensor = tensor(patches, rows(patches, patchFloats));
        OnnxTensor positionTensor = tensor(rows, rows(rows, positions.length()));
        OnnxTensor sources = tensor(packed.sources(), packed.sources().remaining());
        OnnxTensor positionRows = tensor(packed.positions(), packed.positions().remaining());
        OnnxTensor offsets = tensor(packed.offsets(), images, longest);
        OnnxTensor lengths = tensor(packed.cumulativeLengths(), images + 1)) {
      run(
          Map.of(
              OnnxGraph.PATCHES, patchTensor,
              OnnxGraph.POSITION_EMBEDDINGS, positionTensor,
              OnnxGraph.TOKEN_SOURCES, sources,
              OnnxGraph.TOKEN_POSITIONS, positionRows,
              OnnxGraph.TOKEN_OFFSET, offsets,
              OnnxGraph.CUMULATIVE_SEQUENCE_LENGTH, lengths),
          0,
          images);
    }
  }

  private static int patchFloats(FloatBuffer patches, List<Grid> grids) {
    int count = 0;
    for (Grid grid : grids) {
      count += grid.patches();
    }
    return patches.remaining() / count;
  }

  private static long[] rows(FloatBuffer data, int length) {
    return new long[] {data.remaining() / length, length};
  }

  private void run(Map<String, OnnxTensor> inputs, int first, int images) throws OrtException {
    try (OnnxTensor logitsTensor = classes > 0 ? output(logits, first, images, classes) : null;
        OnnxTensor clsTensor = output(clsEmbeddings, first, images, embeddingDimension)) {
      loaded
          .session()
          .run(
              inputs,
              Set.of(), // nothing beside the pinned outputs
              logitsTensor == null
                  ? Map.of(OnnxGraph.CLS_EMBEDDING, clsTensor)
                  : Map.of(OnnxGraph.LOGITS, logitsTensor, OnnxGraph.CLS_EMBEDDING, clsTensor),
              runOptions)
          .close();
    }
  }

  private Map<String, OnnxTensor> inputs(OnnxTensor images, OnnxTensor positionTensor) {
    String name = takesPlanes ? OnnxGraph.PIXEL_VALUES : OnnxGraph.PATCHES;
    return takesPositions
        ? Map.of(name, images, OnnxGraph.POSITION_EMBEDDINGS, positionTensor)
        : Map.of(name, images);
  }

  private long[] shape(int images, Grid grid, int imageFloats) {
    int patchFloats = imageFloats / grid.patches();
    if (!takesPlanes) {
      return new long[] {images, grid.patches(), patchFloats};
    }
    int side = (int) Math.sqrt(patchFloats / 3); // patches are squares
    return new long[] {images, 3, (long) grid.rows() * side, (long) grid.columns() * side};
  }

  private OnnxTensor positions(Grid grid) throws OrtException {
    FloatBuffer table = positions.at(grid.rows(), grid.columns());
    int length = positions.length();
    return tensor(table, new long[] {1, table.remaining() / length, length});
  }

  /** The position tables, which all sessions of an engine share. */
  PositionTables positions() {
    return positions;
  }

  /** Whether images of several grids go through in one run. */
  boolean mixesGrids() {
    return packed != null;
  }

  /** Whether an image goes in as planes of pixels, [3, height, width], not as patches. */
  boolean takesPlanes() {
    return takesPlanes;
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
    if (holders.decrementAndGet() == 0) {
      close(loaded, runOptions);
    } else {
      runOptions.close();
    }
  }

  private static void close(LoadedGraph opened, RunOptions run) {
    try {
      if (opened != null) {
        opened.close();
      }
    } finally {
      if (run != null) {
        run.close();
      }
    }
  }

  /**
   * Over host memory that is not pinned, which CUDA copies in two steps: the Java API (1.29) has no
   * IoBinding, and creates tensors for no other allocator than the default one of the CPU.
   */
  private OnnxTensor tensor(FloatBuffer data, long[] shape) throws OrtException {
    return OnnxTensor.createTensor(environment, data, shape);
  }

  private OnnxTensor tensor(IntBuffer data, long... shape) throws OrtException {
    return OnnxTensor.createTensor(environment, data, shape);
  }

  private OnnxTensor output(FloatBuffer pinned, int first, int images, int width)
      throws OrtException {
    return tensor(pinned.slice(first * width, images * width), new long[] {images, width});
  }

  private boolean takesOneImage(OrtSession opened) throws OrtException {
    NodeInfo images =
        opened.getInputInfo().get(takesPlanes ? OnnxGraph.PIXEL_VALUES : OnnxGraph.PATCHES);
    return ((TensorInfo) images.getInfo()).getShape()[0] == 1;
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
