package io.patchstream.model.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.patchstream.model.ClassLabels;
import io.patchstream.model.ConfigFile;
import io.patchstream.model.ModelException;
import io.patchstream.model.ModelFolder;
import io.patchstream.model.OnnxGraph;
import io.patchstream.model.Positions;
import io.patchstream.model.VisionTransformer.OutputActivation;
import io.patchstream.model.onnx.OnnxModel.Image;
import io.patchstream.model.onnx.OnnxModel.Patches;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads a folder with a {@code model.onnx}: an image classifier of one image input. A Vision
 * Transformer of an exporter, which holds a position table of one size but leaves the image's size
 * open, gets its table as an input; anything else is run as it is.
 *
 * <p>The logits are the output of that name, or the only one; the embedding is what the last linear
 * layer before them reads. {@code patchstream-model.json} may name others: {@code {"logits":
 * "OUTPUT", "embedding": "VALUE"}}. Labels are those of {@code config.json}, {@code id2label} or
 * {@code label_names}, or else as {@link ClassLabels} has them.
 */
public final class OnnxReader {

  private static final String FILE = "model.onnx";

  private final Path folder;
  private final ConfigFile config;
  private final ConfigFile settings;
  private final OnnxFile file;
  private final OpenGraph graph;
  private final ImageInput input;

  /**
   * What became of a folder.
   *
   * @param description what it is
   * @param positions the table that was found, or none
   * @param graph with the inputs and outputs of an {@link OnnxGraph}
   * @param parameters how many trained numbers it has
   * @param files in the order in which they are hashed
   */
  public record Result(
      OnnxModel description,
      Positions positions,
      OnnxGraph graph,
      long parameters,
      List<Path> files) {}

  private OnnxReader(Path folder, OnnxFile file) throws ModelException, GraphException {
    this.folder = folder;
    this.file = file;
    config = ConfigFile.readIfThere(folder.resolve(ModelFolder.CONFIG));
    settings = ConfigFile.readIfThere(folder.resolve(ModelFolder.OWN_CONFIG));
    graph = new OpenGraph(file.model(), Surgery.RENAMING);
    input = ImageInput.of(graph);
  }

  /** Whether a folder has such a file. */
  public static boolean recognises(Path folder) {
    return Files.isRegularFile(folder.resolve(FILE));
  }

  /** Whether a layout's name is one of these. */
  public static boolean isNamed(String layout) {
    return layout.equals(OnnxModel.VIT) || layout.equals(OnnxModel.CLASSIFIER);
  }

  /**
   * Reads a folder. The weights are mapped, not read.
   *
   * @param layout one of the two; null to take what the file allows
   * @throws ModelException if the file is missing, damaged, no such classifier, or not of that
   *     layout
   */
  public static Result read(Path folder, String layout) throws ModelException, IOException {
    Path path = folder.resolve(FILE);
    if (!recognises(folder)) {
      throw new ModelException(path + " is missing: copy it from where it was exported.");
    }
    OnnxFile file = OnnxFile.open(path);
    try {
      return new OnnxReader(folder, file).read(layout);
    } catch (GraphException e) {
      throw new ModelException(path + ": " + e.getMessage() + ".", e);
    }
  }

  private Result read(String layout) throws ModelException, GraphException, IOException {
    ValueInfoProto output = logitsOutput();
    Head head = Head.of(graph, output.getName());
    int classes = classes(output, head);
    Embedding embedding = embedding(head);
    Image image =
        new Image(input.height(), input.width(), input.oneImage() || quantisesOverTheBatch());
    PositionTable table = null;
    Positions positions = Positions.NONE;
    String asItIs = null;
    try {
      table = table(layout);
      positions = positions(table);
    } catch (GraphException e) {
      if (OnnxModel.VIT.equals(layout)) {
        throw e;
      }
      table = null;
      asItIs = e.getMessage();
    }
    OnnxModel model =
        new OnnxModel(
            folder.toAbsolutePath().normalize().getFileName().toString(),
            image,
            table == null ? null : patches(table, positions),
            asItIs,
            Surgery.RENAMING.original(embedding.value()),
            embedding.size(),
            graph.precision(),
            activation(head),
            labels(classes));

    Surgery surgery = new Surgery(file, graph, image.oneARun());
    surgery.giveLogits(head.logits(), classes);
    embedding.giveBy(surgery);
    if (table != null) {
      surgery.takePositions(table);
    }
    surgery.takePixels(input);
    OnnxGraph closed = surgery.close();
    return new Result(model, positions, closed, surgery.parameters(), file.files());
  }

  private ValueInfoProto logitsOutput() throws ModelException, GraphException {
    List<ValueInfoProto> outputs = graph.outputs();
    String named = settings.text("logits", null);
    String wanted = Surgery.RENAMING.of(named == null ? OnnxGraph.LOGITS : named);
    for (ValueInfoProto output : outputs) {
      if (output.getName().equals(wanted)) {
        return requireVector(output);
      }
    }
    if (named != null || outputs.size() != 1) {
      throw new GraphException(
          "which of its outputs %s holds the logits? Name it in %s: {\"logits\": \"...\"}"
              .formatted(ImageInput.text(outputs), ModelFolder.OWN_CONFIG));
    }
    return requireVector(outputs.get(0));
  }

  private static ValueInfoProto requireVector(ValueInfoProto output) throws GraphException {
    TensorShapeProto shape = output.getType().getTensorType().getShape();
    if (output.getType().getTensorType().hasShape() && shape.getDimCount() != 2) {
      throw new GraphException(
          "its output %s does not hold logits, [batch, classes]: it is no classifier"
              .formatted(ImageInput.text(List.of(output))));
    }
    return output;
  }

  /** As many as the output says, else as the last linear layer gives. */
  private int classes(ValueInfoProto output, Head head) throws GraphException {
    TensorShapeProto shape = output.getType().getTensorType().getShape();
    long said = shape.getDimCount() == 2 ? shape.getDim(1).getDimValue() : 0;
    if (said > 0 && said <= Integer.MAX_VALUE) {
      return (int) said;
    }
    if (head.last() == null) {
      throw new GraphException(
          "nothing tells how many classes its output %s has"
              .formatted(ImageInput.text(List.of(output))));
    }
    return head.last().out();
  }

  /**
   * Where the embedding is.
   *
   * @param size E
   * @param vectors whether it may be several vectors an image, [batch, ..., E]
   * @param planes whether it is [batch, E, height, width]
   */
  private record Embedding(String value, int size, boolean vectors, boolean planes) {

    void giveBy(Surgery surgery) {
      if (planes) {
        surgery.giveMeanOfPlanes(value, size);
      } else if (vectors) {
        surgery.giveMeanEmbedding(value, size);
      } else {
        surgery.giveEmbedding(value, size);
      }
    }
  }

  private Embedding embedding(Head head) throws ModelException, GraphException {
    String named = settings.text("embedding", null);
    if (named != null) {
      String value = Surgery.RENAMING.of(named);
      return new Embedding(value, sizeOf(value, named), true, false);
    }
    Linear linear = head.first();
    if (linear == null) {
      throw new GraphException(
          ("no linear layer was found that its logits are made by; name the value that is to be the"
                  + " embedding in %s: {\"embedding\": \"...\"}")
              .formatted(ModelFolder.OWN_CONFIG));
    }
    return new Embedding(linear.input(), linear.in(), head.pooledAfter(), linear.isConvolution());
  }

  /** Of a value that a linear layer reads, or that is a vector by the file's own word. */
  private int sizeOf(String value, String named) throws GraphException {
    for (NodeProto consumer : graph.consumers(value)) {
      Linear linear = Linear.of(graph, consumer);
      if (linear != null && !linear.isConvolution()) {
        return linear.in();
      }
    }
    throw new GraphException(
        "\"%s\", which %s names as the embedding, is %s"
            .formatted(
                named,
                ModelFolder.OWN_CONFIG,
                graph.has(value)
                    ? "read by no linear layer, so its length is not known"
                    : "no value of the graph"));
  }

  /** Such operators scale by all images of a run, so that one would change its neighbours. */
  private boolean quantisesOverTheBatch() {
    return graph.nodes().stream().anyMatch(node -> node.getOpType().startsWith("DynamicQuantize"));
  }

  private PositionTable table(String layout) throws GraphException {
    if (OnnxModel.CLASSIFIER.equals(layout)) {
      throw new GraphException("it was asked for as " + layout);
    }
    if (input.height() != 0 || input.width() != 0) {
      throw new GraphException(
          "its input has a fixed size, %dx%d".formatted(input.height(), input.width()));
    }
    return PositionTable.of(graph, input.value());
  }

  private Positions positions(PositionTable table)
      throws ModelException, GraphException, IOException {
    int patches = table.tokens() - table.prefix();
    int[] image = config.sides("image_size", 1);
    int rows = image[0] / table.patchSize();
    int columns = image[1] / table.patchSize();
    if ((long) rows * columns != patches) {
      rows = (int) Math.sqrt(Math.max(0, patches));
      columns = rows;
    }
    if (patches < 1 || rows * columns != patches) {
      throw new GraphException(
          "its position table is of %d patches, which is no square; image_size in config.json would"
                  .formatted(patches)
              + " tell their grid");
    }
    return table.positions(file, graph, rows, columns);
  }

  private static Patches patches(PositionTable table, Positions positions) {
    return new Patches(table.patchSize(), table.prefix(), positions.rows(), positions.columns());
  }

  private OutputActivation activation(Head head) throws ModelException {
    boolean several = config.text("problem_type", "").equals("multi_label_classification");
    return several ? OutputActivation.SIGMOID : head.activation();
  }

  private List<String> labels(int classes) throws ModelException, IOException {
    List<String> named = config.numbered("id2label");
    return named.isEmpty()
        ? ClassLabels.of(folder, "label_names", config.texts("label_names"), classes)
        : ClassLabels.of(folder, "id2label", named, classes);
  }
}
