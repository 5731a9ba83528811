package io.patchstream.model.huggingface;

import io.patchstream.model.Checkpoint;
import io.patchstream.model.ModelException;
import io.patchstream.model.VisionTransformer;
import io.patchstream.model.WeightMapping;
import java.io.IOException;
import java.util.List;

/**
 * The encoder of {@code ViTMAEForPreTraining}, and {@code ViTMAEModel}: it sees the whole image, as
 * with a mask_ratio of 0. The decoder is left aside. The table of sines lies in the file as one
 * that was learned does.
 *
 * @see <a href="https://arxiv.org/abs/2111.06377">He et al., Masked Autoencoders Are Scalable
 *     Vision Learners</a>
 */
public final class HuggingFaceVitMae extends HuggingFaceLayout {

  /** The layout {@code huggingface/vit_mae}. */
  public HuggingFaceVitMae() {
    super(Family.VIT_MAE, "ViTMAEForPreTraining", "ViTMAEModel");
  }

  @Override
  Checkpoint read(HuggingFaceConfig config, WeightMapping weights)
      throws ModelException, IOException {
    VisionTransformer model = config.model(1, 1, config.encoder(), config.output(List.of()));
    VitTensors tensors = VitTensors.of(weights, "vit.", model, config.qkvBias());
    tensors.mapAround();
    tensors.mapBlocks();
    weights.ignore(tensor -> tensor.startsWith("decoder."));
    return checkpoint(config, model, weights, tensors.positions());
  }
}
