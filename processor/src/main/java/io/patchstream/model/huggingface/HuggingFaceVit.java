package io.patchstream.model.huggingface;

import io.patchstream.model.Checkpoint;
import io.patchstream.model.ModelException;
import io.patchstream.model.VisionTransformer;
import io.patchstream.model.WeightMapping;
import java.io.IOException;
import java.util.List;

/**
 * {@code ViTForImageClassification} and {@code ViTModel}. The embedding is the class token after
 * the last LayerNorm, also where a pooler follows it: no head that is read here uses that.
 */
public final class HuggingFaceVit extends HuggingFaceLayout {

  private static final String CLASSIFIER = "classifier";

  /** The layout {@code huggingface/vit}. */
  public HuggingFaceVit() {
    super(Family.VIT, "ViTForImageClassification", "ViTModel");
  }

  @Override
  Checkpoint read(HuggingFaceConfig config, WeightMapping weights)
      throws ModelException, IOException {
    List<String> labels = config.labels(CLASSIFIER);
    VisionTransformer model = config.model(1, 1, config.encoder(), config.output(labels));
    VitTensors tensors = VitTensors.of(weights, "vit.", model, config.qkvBias());
    tensors.mapAround();
    tensors.mapBlocks();
    tensors.ignorePooler();
    if (!labels.isEmpty()) {
      weights.linear("head", CLASSIFIER, labels.size(), model.hiddenSize());
    }
    return checkpoint(config, model, weights, tensors.positions());
  }
}
