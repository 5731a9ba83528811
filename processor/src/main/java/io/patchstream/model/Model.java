package io.patchstream.model;

import io.patchstream.model.graph.VisionTransformerGraph;
import io.patchstream.model.onnx.OnnxReader;
import io.patchstream.model.tensors.TensorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An opened model: its description, the graph to run and the position tables to feed. The weights
 * are memory-mapped; once a session has been opened on the graph, close the model.
 */
public final class Model implements AutoCloseable {

  private final Path folder;
  private final ModelDescription description;
  private final Positions positions;
  private final long parameters;
  private final Work work;
  private final Revision revision;

  /** What graphs there are; null once the model is closed. */
  private Graphs graphs;

  /** Writes a graph, where the model can be had so. */
  @FunctionalInterface
  private interface Graphs {
    Optional<OnnxGraph> write(Precision precision, Target target);

    default Optional<OnnxGraph> writeExposingAttention() {
      return Optional.empty();
    }
  }

  private record CheckpointGraphs(Checkpoint checkpoint) implements Graphs {

    @Override
    public Optional<OnnxGraph> write(Precision precision, Target target) {
      return VisionTransformerGraph.canBeHad(checkpoint.description(), precision, target)
          ? Optional.of(new VisionTransformerGraph(checkpoint, precision, target).write())
          : Optional.empty();
    }

    @Override
    public Optional<OnnxGraph> writeExposingAttention() {
      return Optional.of(VisionTransformerGraph.exposingAttention(checkpoint).write());
    }
  }

  private Model(
      Path folder,
      ModelDescription description,
      Positions positions,
      Graphs graphs,
      long parameters,
      Work work,
      Revision revision) {
    this.folder = folder;
    this.description = description;
    this.positions = positions;
    this.graphs = graphs;
    this.parameters = parameters;
    this.work = work;
    this.revision = revision;
  }

  /**
   * Opens a published folder; its layout is recognised by its files. The weights are mapped, not
   * read.
   *
   * @throws ModelException if a file is missing, damaged or of another kind; the message names the
   *     file and the tensor and says what to do
   */
  public static Model open(Path folder) throws ModelException {
    return open(folder, null);
  }

  /**
   * As {@link #open(Path)}, in the layout of a name.
   *
   * @param layout as {@link ModelDescription#layout} says it; null to recognise it
   */
  public static Model open(Path folder, String layout) throws ModelException {
    try {
      return isOnnx(folder, layout) ? openOnnx(folder, layout) : openCheckpoint(folder, layout);
    } catch (TensorException e) {
      throw new ModelException(e.getMessage(), e);
    } catch (IOException e) {
      throw new ModelException(folder + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** Where both were published, the checkpoint is what the file was exported of. */
  private static boolean isOnnx(Path folder, String layout) throws IOException {
    return layout == null
        ? OnnxReader.recognises(folder) && !PublishedWeights.areIn(folder)
        : OnnxReader.isNamed(layout);
  }

  private static Model openOnnx(Path folder, String layout) throws ModelException, IOException {
    OnnxReader.Result read = OnnxReader.read(folder, layout);
    return new Model(
        folder,
        read.description(),
        read.positions(),
        (precision, target) ->
            Optional.of(read.graph())
                .filter(asItIs -> precision == Precision.FP32 && target != Target.CUDA_PACKED),
        read.parameters(),
        null,
        Revision.of(read.files()));
  }

  private static Model openCheckpoint(Path folder, String layout)
      throws ModelException, IOException {
    try (ModelFolder published = ModelFolder.open(folder)) {
      Layout reader = layout == null ? Layouts.of(published) : Layouts.named(layout);
      Checkpoint checkpoint = read(reader, published);
      return new Model(
          folder,
          checkpoint.description(),
          Positions.of(checkpoint.description(), checkpoint.positions()),
          new CheckpointGraphs(checkpoint),
          checkpoint.parameters(),
          checkpoint.work(),
          Revision.of(hashed(published, checkpoint)));
    }
  }

  private static Checkpoint read(Layout layout, ModelFolder published)
      throws ModelException, IOException {
    try {
      return layout.read(published);
    } catch (IllegalArgumentException e) {
      throw new ModelException(published.weights().path() + ": " + e.getMessage(), e);
    }
  }

  /** All files whose content changes results. */
  private static List<Path> hashed(ModelFolder folder, Checkpoint checkpoint)
      throws ModelException {
    List<Path> files = new ArrayList<>(folder.weightFiles());
    Path labels = folder.path().resolve(ZeroShotLabels.FILE);
    if (checkpoint.weights().containsKey(ZeroShotLabels.WEIGHT)) {
      files.add(labels);
    } else if (Files.exists(labels)) {
      throw new ModelException(
          "%s: classes that are told by text are for the towers of CLIP and SigLIP, and this model"
                  .formatted(labels)
              + " is none, or has a head of its own: take the file out of the folder.");
    }
    return files;
  }

  /**
   * Opens the same model once more, also when this is closed.
   *
   * @throws ModelException if the folder cannot be read any more, or holds other weights by now
   */
  public Model reopen() throws ModelException {
    Model again = open(folder, description.layout());
    if (!again.revision().equals(revision())) {
      again.close();
      throw new ModelException(
          "%s: holds other weights (%s) than those that run (%s): restart the process."
              .formatted(folder, again.revision(), revision()));
    }
    return again;
  }

  /** What the model is. */
  public ModelDescription description() {
    return description;
  }

  /** The trained position embeddings. */
  public Positions positions() {
    return positions;
  }

  /** How many trained numbers it has. */
  public long parameters() {
    return parameters;
  }

  /** What an image costs; of an ONNX file the graph does not tell. */
  public Optional<Work> work() {
    return Optional.ofNullable(work);
  }

  /**
   * Which weights these are: the first 16 of the 64 hexadecimal digits, lower case, that {@code
   * sha256sum model.safetensors} prints; of several files, those of all one after the other, of
   * which {@code labels.safetensors} is the last. Hashed on a thread of its own since the model was
   * opened; waits until that is done.
   *
   * @throws java.io.UncheckedIOException if a file could not be read
   */
  public String revision() {
    return revision.digits();
  }

  /** The graph in float32, as it was published. */
  public OnnxGraph graph() {
    return graph(Precision.FP32).orElseThrow();
  }

  /** The graph for a CPU, as {@link #graph(Precision, Target)}. */
  public Optional<OnnxGraph> graph(Precision precision) {
    return graph(precision, Target.CPU);
  }

  /**
   * The graph to run, its weights still in the mapped file; empty where the model cannot be had so.
   * Halves are for CUDA, 8-bit integers for a CPU; a checkpoint that pools by attention cannot be
   * packed. An ONNX file runs as it is, on either device.
   *
   * @throws IllegalStateException once the model is closed
   */
  public synchronized Optional<OnnxGraph> graph(Precision precision, Target target) {
    requireOpen();
    return graphs.write(precision, target);
  }

  /**
   * The graph in float32 for a CPU with {@link OnnxGraph#queries queries} and {@link OnnxGraph#keys
   * keys} as outputs besides, to look at what attends to what; empty for an ONNX file.
   *
   * @throws IllegalStateException once the model is closed
   */
  public synchronized Optional<OnnxGraph> graphExposingAttention() {
    requireOpen();
    return graphs.writeExposingAttention();
  }

  private void requireOpen() {
    if (graphs == null) {
      throw new IllegalStateException("the model is closed");
    }
  }

  /** Position embeddings for any grid, of which at most {@code maxBytes} are kept. */
  public PositionTables positionTables(long maxBytes) {
    return new PositionTables(positions, maxBytes);
  }

  /**
   * Lets go of the weights: they are unmapped once nobody holds a buffer of the graph any more.
   * Description, revision and position tables stay usable.
   */
  @Override
  public synchronized void close() {
    graphs = null;
  }
}
