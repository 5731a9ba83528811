package io.patchstream.model.huggingface;

import io.patchstream.model.Checkpoint;
import io.patchstream.model.Layout;
import io.patchstream.model.ModelException;
import io.patchstream.model.ModelFolder;
import io.patchstream.model.VisionTransformer;
import io.patchstream.model.WeightMapping;
import java.io.IOException;
import java.util.List;

/**
 * What all layouts of transformers have in common; a subclass says where a family's tensors lie.
 */
abstract class HuggingFaceLayout implements Layout {

  private final Family family;
  private final List<String> architectures;

  /**
   * A layout of one family.
   *
   * @param architectures the classes of transformers whose checkpoints are read
   */
  HuggingFaceLayout(Family family, String... architectures) {
    this.family = family;
    this.architectures = List.of(architectures);
  }

  @Override
  public final String name() {
    return "huggingface/" + family.modelType();
  }

  /** A vision tower that was saved by itself has a model_type of its own. */
  @Override
  public final boolean recognises(ModelFolder folder) throws ModelException {
    String type = folder.config().text("model_type", "");
    return type.equals(family.modelType()) || type.equals(family.modelType() + "_vision_model");
  }

  @Override
  public final Checkpoint read(ModelFolder folder) throws ModelException, IOException {
    HuggingFaceConfig config = new HuggingFaceConfig(folder, family, name());
    config.requireOneOf(architectures);
    return read(config, new WeightMapping(folder.weights()));
  }

  /** Describes the model, of which the head's tensors tell the classes, and maps its weights. */
  abstract Checkpoint read(HuggingFaceConfig config, WeightMapping weights)
      throws ModelException, IOException;

  /**
   * Maps what was stated.
   *
   * @param positions the tensor of the position table
   */
  static Checkpoint checkpoint(
      HuggingFaceConfig config, VisionTransformer model, WeightMapping weights, String positions)
      throws IOException {
    return new Checkpoint(model, weights.map(), config.folder().weights().floats(positions));
  }
}
