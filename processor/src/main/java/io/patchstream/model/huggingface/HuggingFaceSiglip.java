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
 * The vision tower of {@code SiglipModel} and {@code SiglipVisionModel}: the embedding is what its
 * attention head pools. With {@link ZeroShotLabels} beside it, the tower classifies. {@code
 * SiglipForImageClassification} reads the mean of the patches instead. SigLIP 2 at one resolution
 * is published under the same names.
 *
 * @see <a href="https://arxiv.org/abs/2303.15343">Zhai et al., Sigmoid Loss for Language Image
 *     Pre-Training</a>
 */
public final class HuggingFaceSiglip extends HuggingFaceLayout {

  private static final String CLASSIFIER = "classifier";
  private static final String POOL = ClipTensors.TOWER + "head";

  /** The layout {@code huggingface/siglip}. */
  public HuggingFaceSiglip() {
    super(Family.SIGLIP, "SiglipModel", "SiglipVisionModel", "SiglipForImageClassification");
  }

  @Override
  Checkpoint read(HuggingFaceConfig config, WeightMapping weights)
      throws ModelException, IOException {
    List<String> labels = config.labels(CLASSIFIER);
    return labels.isEmpty() ? tower(config, weights) : classifier(config, weights, labels);
  }

  private static Checkpoint tower(HuggingFaceConfig config, WeightMapping weights)
      throws ModelException, IOException {
    Optional<ZeroShotLabels> labels =
        ZeroShotLabels.read(config.folder(), config.hiddenSize(), true);
    Output output =
        new Output(
            Pooling.ATTENTION,
            config.hiddenSize(),
            config.scores(OutputActivation.SIGMOID),
            labels.map(ZeroShotLabels::names).orElse(List.of()));
    ClipTensors tensors = map(config, weights, output);
    mapAttentionPool(tensors);
    labels.ifPresent(present -> present.map(weights));
    return checkpoint(config, tensors.model(), weights, ClipTensors.POSITIONS);
  }

  private static Checkpoint classifier(
      HuggingFaceConfig config, WeightMapping weights, List<String> labels)
      throws ModelException, IOException {
    ClipTensors tensors = map(config, weights, config.output(labels));
    weights.linear("head", CLASSIFIER, labels.size(), tensors.model().hiddenSize());
    weights.ignore(tensor -> tensor.startsWith(POOL + "."));
    return checkpoint(config, tensors.model(), weights, ClipTensors.POSITIONS);
  }

  private static ClipTensors map(HuggingFaceConfig config, WeightMapping weights, Output output)
      throws ModelException {
    VisionTransformer model = config.model(0, 0, config.encoder(), output);
    ClipTensors tensors = new ClipTensors(weights, model);
    tensors.map();
    weights.tensor(
        "patch_embedding.bias",
        ClipTensors.TOWER + "embeddings.patch_embedding.bias",
        model.hiddenSize());
    weights.norm("norm", ClipTensors.TOWER + "post_layernorm", model.hiddenSize());
    return tensors;
  }

  private static void mapAttentionPool(ClipTensors tensors) {
    WeightMapping weights = tensors.weights();
    long d = tensors.model().hiddenSize();
    weights.tensor("pool.probe", POOL + ".probe", 1, 1, d);
    weights.stacked(
        List.of("pool.query.weight", "pool.key.weight", "pool.value.weight"),
        POOL + ".attention.in_proj_weight",
        d,
        d);
    weights.stacked(
        List.of("pool.query.bias", "pool.key.bias", "pool.value.bias"),
        POOL + ".attention.in_proj_bias",
        d);
    weights.linear("pool.attention_output", POOL + ".attention.out_proj", d, d);
    weights.norm("pool.mlp_norm", POOL + ".layernorm", d);
    tensors.mapMlp("pool", POOL);
  }
}
