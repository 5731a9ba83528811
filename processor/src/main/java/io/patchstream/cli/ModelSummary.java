package io.patchstream.cli;

import io.patchstream.image.Crop;
import io.patchstream.image.Normalisation;
import io.patchstream.image.Preprocessing;
import io.patchstream.image.Resize;
import io.patchstream.inference.Engine;
import io.patchstream.model.Model;
import io.patchstream.model.ModelDescription;
import io.patchstream.model.OnnxGraph.Weight;
import io.patchstream.model.Positions;
import io.patchstream.model.Precision;
import io.patchstream.model.VisionTransformer;
import io.patchstream.model.VisionTransformer.Output;
import io.patchstream.model.onnx.OnnxModel;
import io.patchstream.ops.page.ModelCard;
import java.util.List;
import java.util.Locale;

/**
 * What there is to know of a model before it runs, at the size of its own preprocessing. What a
 * model does not have, or a file does not tell, is null.
 *
 * @param name as its folder is called
 * @param layout how it was published
 * @param recognised what was made of an ONNX file
 * @param revision hash of the weights
 * @param parameters trained numbers
 * @param weights the types that they were published in
 * @param precisions that it can be computed in, as it was published first
 * @param multiplyAdds of one image, in linear layers and attention
 * @param gflops two for each multiply-add, in 10^9
 * @param image what the model sees
 * @param positions the trained position embeddings
 * @param embedding length of the embedding
 * @param pooling what the embedding is made of
 * @param activation what makes scores of logits
 * @param classes how many; 0 without a head
 * @param labels a name a class
 * @param preprocessing what is done with a picture
 */
record ModelSummary(
    String name,
    String layout,
    String recognised,
    String revision,
    long parameters,
    List<String> weights,
    List<String> precisions,
    Long multiplyAdds,
    Double gflops,
    Image image,
    PositionTable positions,
    int embedding,
    String pooling,
    String activation,
    int classes,
    List<String> labels,
    Treatment preprocessing) {

  /**
   * An image as the model sees it.
   *
   * @param height in pixels
   * @param width in pixels
   * @param patch side of a patch in pixels; the grid is null too where a file cuts images up itself
   * @param rows patches from top to bottom
   * @param columns patches from left to right
   * @param prefixTokens beside the patches
   * @param anyGrid whether images of other sizes can be run
   */
  record Image(
      int height,
      int width,
      Integer patch,
      Integer rows,
      Integer columns,
      int prefixTokens,
      boolean anyGrid) {}

  /**
   * The trained position embeddings.
   *
   * @param rows of patches
   * @param columns of patches
   * @param interpolation how they are brought to another grid
   */
  record PositionTable(int rows, int columns, String interpolation) {}

  /**
   * What is done with a picture; the crop is the image's size.
   *
   * @param resize to which size
   * @param filter how it is resized
   * @param rescaleFactor of a byte
   * @param mean taken from it then, red, green and blue
   * @param std that it is divided by then
   */
  record Treatment(
      String resize, String filter, double rescaleFactor, List<Double> mean, List<Double> std) {}

  private static final double GIGA = 1e9;

  /** Waits until the weights are hashed. */
  static ModelSummary of(Model model, Preprocessing preprocessing) {
    ModelDescription description = model.description();
    Image image = image(description, preprocessing.crop());
    Long multiplyAdds =
        model
            .work()
            .map(work -> work.multiplyAdds(image.rows() * image.columns(), image.prefixTokens()))
            .orElse(null);
    return new ModelSummary(
        description.name(),
        description.layout(),
        description instanceof OnnxModel file ? recognised(file) : null,
        model.revision(),
        model.parameters(),
        model.graph().weights().stream()
            .map(Weight::type)
            .distinct()
            .map(ModelSummary::text)
            .toList(),
        precisions(model),
        multiplyAdds,
        multiplyAdds == null ? null : 2 * multiplyAdds / GIGA,
        image,
        positions(model.positions()),
        description.embeddingSize(),
        description instanceof VisionTransformer vit ? pooling(vit.output()) : null,
        description.classes() == 0 ? null : text(description.activation()),
        description.classes(),
        description.labels(),
        treatment(preprocessing));
  }

  private static String pooling(Output output) {
    return text(output.pooling()) + (output.projected() ? ", projected" : "");
  }

  private static List<String> precisions(Model model) {
    String published = model.description().precision();
    return model.graph(Precision.INT8).isPresent()
        ? List.of(published, Precision.INT8.toString())
        : List.of(published);
  }

  private static String recognised(OnnxModel file) {
    String embedding = "embedding from " + file.embedding();
    if (file.patches() != null) {
      return "its positions are an input; " + embedding;
    }
    String batch = file.image().oneARun() ? "one image a run; " : "";
    return "as it is, since %s; %s%s".formatted(file.asItIs(), batch, embedding);
  }

  private static Image image(ModelDescription model, Crop own) {
    int side = model.patchSize(own.height(), own.width());
    boolean whole = model instanceof OnnxModel file && file.patches() == null;
    return new Image(
        own.height(),
        own.width(),
        whole ? null : side,
        whole ? null : own.height() / side,
        whole ? null : own.width() / side,
        model.prefixTokens(),
        model.takesAnyGrid());
  }

  private static PositionTable positions(Positions trained) {
    return trained.length() == 0
        ? null
        : new PositionTable(trained.rows(), trained.columns(), text(trained.interpolation()));
  }

  private static Treatment treatment(Preprocessing preprocessing) {
    Normalisation values = preprocessing.normalisation();
    return new Treatment(
        text(preprocessing.resize()),
        text(preprocessing.filter()),
        values.rescaleFactor(),
        values.mean(),
        values.std());
  }

  private static String text(Resize resize) {
    if (resize instanceof Resize.Exact exact) {
      return exact.toHeight() + "x" + exact.toWidth();
    }
    if (resize instanceof Resize.ShortestEdge edge) {
      return "shortest edge " + edge.pixels();
    }
    if (resize instanceof Resize.KeepRatio keep) {
      return "%s %dx%d"
          .formatted(keep.inside() ? "within" : "covering", keep.toHeight(), keep.toWidth());
    }
    return "none";
  }

  private static String text(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** In one line, for the log. */
  @Override
  public String toString() {
    String work = gflops == null ? "" : format(", %.3g GFLOPs an image", gflops);
    return format(
        "%s, %s%s, revision %s; %.3g M parameters%s; images of %s; embedding of %d; %s",
        name,
        layout,
        recognised == null ? "" : " (" + recognised + ")",
        revision,
        parameters / 1e6,
        work,
        size(),
        embedding,
        classes == 0 ? "no head" : classes + " classes");
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /** What the live page says of it, now that an engine computes it. */
  ModelCard card(Engine engine) {
    return new ModelCard(
        name,
        layout,
        revision,
        engine.identity().precision(),
        engine.identity().precisionReason(),
        engine.devices().toString(),
        size(),
        embedding,
        classes,
        parameters);
  }

  /** Size and grid of an image. */
  String size() {
    String pixels = image.height() + "x" + image.width();
    return image.patch() == null
        ? pixels
        : "%s, %dx%d patches of %d".formatted(pixels, image.rows(), image.columns(), image.patch());
  }
}
