package io.patchstream.model.huggingface;

import io.patchstream.model.Checkpoint;
import io.patchstream.model.ModelException;
import io.patchstream.model.VisionTransformer;
import io.patchstream.model.WeightMapping;
import java.io.IOException;
import java.util.List;

/**
 * {@code Dinov2ForImageClassification}, whose head reads the class token and, after it, the mean of
 * the patches, and {@code Dinov2Model}; both with layer scale, and with an MLP or SwiGLU.
 *
 * @see <a href="https://arxiv.org/abs/2304.07193">Oquab et al., DINOv2: Learning Robust Visual
 *     Features without Supervision</a>
 */
public final class HuggingFaceDinov2 extends HuggingFaceLayout {

  private static final String CLASSIFIER = "classifier";

  /** The layout {@code huggingface/dinov2}. */
  public HuggingFaceDinov2() {
    super(Family.DINOV2, "Dinov2ForImageClassification", "Dinov2Model");
  }

  @Override
  Checkpoint read(HuggingFaceConfig config, WeightMapping weights)
      throws ModelException, IOException {
    List<String> labels = config.labels(CLASSIFIER);
    VisionTransformer model =
        config.model(1, 1, Dinov2Blocks.encoder(config), config.output(labels));
    VitTensors tensors = VitTensors.of(weights, "dinov2.", model, config.qkvBias());
    tensors.mapAround();
    Dinov2Blocks.map(tensors);
    if (!labels.isEmpty()) {
      weights.linear("head", CLASSIFIER, labels.size(), 2L * model.hiddenSize());
    }
    return checkpoint(config, model, weights, tensors.positions());
  }
}
