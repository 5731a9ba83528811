package io.patchstream.model.huggingface;

import io.patchstream.model.Checkpoint;
import io.patchstream.model.ModelException;
import io.patchstream.model.VisionTransformer;
import io.patchstream.model.WeightMapping;
import java.io.IOException;
import java.util.List;

/**
 * {@code Dinov2WithRegistersForImageClassification} and {@code Dinov2WithRegistersModel}: as {@link
 * HuggingFaceDinov2}, with tokens between class token and patches that have no position and that no
 * head reads.
 *
 * @see <a href="https://arxiv.org/abs/2309.16588">Darcet et al., Vision Transformers Need
 *     Registers</a>
 */
public final class HuggingFaceDinov2WithRegisters extends HuggingFaceLayout {

  private static final String CLASSIFIER = "classifier";

  /** The layout {@code huggingface/dinov2_with_registers}. */
  public HuggingFaceDinov2WithRegisters() {
    super(
        Family.DINOV2_WITH_REGISTERS,
        "Dinov2WithRegistersForImageClassification",
        "Dinov2WithRegistersModel");
  }

  @Override
  Checkpoint read(HuggingFaceConfig config, WeightMapping weights)
      throws ModelException, IOException {
    List<String> labels = config.labels(CLASSIFIER);
    int registers = config.vision().size("num_register_tokens", 4);
    VisionTransformer model =
        config.model(1 + registers, 1, Dinov2Blocks.encoder(config), config.output(labels));
    VitTensors tensors = VitTensors.of(weights, "dinov2_with_registers.", model, config.qkvBias());
    tensors.mapAround();
    weights.tensor(
        "register_tokens",
        tensors.prefix() + "embeddings.register_tokens",
        1,
        registers,
        model.hiddenSize());
    Dinov2Blocks.map(tensors);
    if (!labels.isEmpty()) {
      weights.linear("head", CLASSIFIER, labels.size(), 2L * model.hiddenSize());
    }
    return checkpoint(config, model, weights, tensors.positions());
  }
}
