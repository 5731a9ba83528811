package io.patchstream.model.huggingface;

import io.patchstream.model.Checkpoint;
import io.patchstream.model.ModelException;
import io.patchstream.model.VisionTransformer;
import io.patchstream.model.VisionTransformer.Output;
import io.patchstream.model.VisionTransformer.OutputActivation;
import io.patchstream.model.VisionTransformer.Pooling;
import io.patchstream.model.WeightMapping;
import io.patchstream.model.ZeroShotLabels;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The vision tower of {@code CLIPModel}, {@code CLIPVisionModelWithProjection} and {@code
 * CLIPVisionModel}: the embedding is the class token after the last LayerNorm, projected where
 * there is a projection. With {@link ZeroShotLabels} beside it, the tower classifies. {@code
 * CLIPForImageClassification} reads the mean of the last block's patches, which no LayerNorm
 * follows.
 *
 * @see <a href="https://arxiv.org/abs/2103.00020">Radford et al., Learning Transferable Visual
 *     Models From Natural Language Supervision</a>
 */
public final class HuggingFaceClip extends HuggingFaceLayout {

  private static final String CLASSIFIER = "classifier";
  private static final String PROJECTION = "visual_projection.weight";

  /** The layout {@code huggingface/clip}. */
  public HuggingFaceClip() {
    super(
        Family.CLIP,
        "CLIPModel",
        "CLIPVisionModelWithProjection",
        "CLIPVisionModel",
        "CLIPForImageClassification");
  }

  @Override
  Checkpoint read(HuggingFaceConfig config, WeightMapping weights)
      throws ModelException, IOException {
    List<String> labels = config.labels(CLASSIFIER);
    return labels.isEmpty() ? tower(config, weights) : classifier(config, weights, labels);
  }

  private static Checkpoint tower(HuggingFaceConfig config, WeightMapping weights)
      throws ModelException, IOException {
    boolean projects = weights.has(PROJECTION);
    int d = config.hiddenSize();
    int size = projects ? config.root().size("projection_dim", 512) : d;
    Optional<ZeroShotLabels> labels = ZeroShotLabels.read(config.folder(), size, false);
    Output output =
        new Output(
            Pooling.CLASS_TOKEN,
            projects,
            size,
            config.scores(OutputActivation.SOFTMAX),
            labels.map(ZeroShotLabels::names).orElse(List.of()));
    VisionTransformer model = map(config, weights, output);
    weights.norm("norm", ClipTensors.TOWER + "post_layernorm", d);
    if (projects) {
      weights.tensor("projection.weight", PROJECTION, size, d);
    }
    labels.ifPresent(present -> present.map(weights));
    return checkpoint(config, model, weights, ClipTensors.POSITIONS);
  }

  private static Checkpoint classifier(
      HuggingFaceConfig config, WeightMapping weights, List<String> labels)
      throws ModelException, IOException {
    VisionTransformer model = map(config, weights, config.output(labels));
    weights.linear("head", CLASSIFIER, labels.size(), model.hiddenSize());
    weights.ignore(tensor -> tensor.startsWith(ClipTensors.TOWER + "post_layernorm."));
    return checkpoint(config, model, weights, ClipTensors.POSITIONS);
  }

  private static VisionTransformer map(
      HuggingFaceConfig config, WeightMapping weights, Output output) throws ModelException {
    VisionTransformer model = config.model(1, 1, config.encoder(), output);
    long d = model.hiddenSize();
    new ClipTensors(weights, model).map();
    weights.reshaped(
        "class_token",
        new long[] {1, 1, d},
        ClipTensors.TOWER + "embeddings.class_embedding",
        new long[] {d});
    // Misspelt in the files, too.
    weights.norm("token_norm", ClipTensors.TOWER + "pre_layrnorm", d);
    return model;
  }
}
