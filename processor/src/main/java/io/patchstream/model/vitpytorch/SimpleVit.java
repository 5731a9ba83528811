package io.patchstream.model.vitpytorch;

import io.patchstream.model.Checkpoint;
import io.patchstream.model.ConfigFile;
import io.patchstream.model.Layout;
import io.patchstream.model.ModelException;
import io.patchstream.model.ModelFolder;
import io.patchstream.model.VisionTransformer;
import io.patchstream.model.VisionTransformer.Input;
import io.patchstream.model.VisionTransformer.Pooling;
import io.patchstream.model.tensors.TensorFile;
import java.io.IOException;

/**
 * {@code SimpleViT} of vit-pytorch: no class token, the mean of the patches, and positions that are
 * sines and cosines and stand in no file. Beyer, Zhai, Kolesnikov, "Better plain ViT baselines for
 * ImageNet-1k" (arXiv:2205.01580).
 */
public final class SimpleVit implements Layout {

  private static final String HEAD = "linear_head";
  private static final double TEMPERATURE = 10_000;

  @Override
  public String name() {
    return "vit-pytorch/simple-vit";
  }

  @Override
  public boolean recognises(ModelFolder folder) {
    return VitPytorchTensors.in(folder.weights())
        && !folder.weights().tensors().containsKey("pos_embedding");
  }

  @Override
  public Checkpoint read(ModelFolder folder) throws ModelException, IOException {
    TensorFile file = folder.weights();
    VitPytorchTensors tensors = VitPytorchTensors.of(file, HEAD);
    Input input = input(folder.ownConfig(), tensors);
    VisionTransformer model = tensors.describe(folder, name(), input, 0, Pooling.TOKEN_MEAN);
    return new Checkpoint(model, tensors.mapping(model).map(), positions(model));
  }

  private static Input input(ConfigFile config, VitPytorchTensors tensors)
      throws ModelException, IOException {
    if (!config.has("image_size")) {
      throw config.invalid(
          "image_size",
          "it is missing, and a SimpleViT keeps no positions that would tell it: say at which size"
              + " the model was trained, as {\"image_size\": 224, \"num_heads\": 16}");
    }
    int[] size = config.sides("image_size", 0);
    return new Input(size[0], size[1], tensors.patchSize(config));
  }

  /** Sines and cosines of the column, then of the row, a quarter of a token each. */
  private static float[] positions(VisionTransformer model) {
    int d = model.hiddenSize();
    int quarter = d / 4;
    if (d % 4 != 0 || quarter == 1) {
      throw new IllegalArgumentException("sines and cosines need tokens of a multiple of 4 from 8");
    }
    float[] positions = new float[model.gridRows() * model.gridColumns() * d];
    for (int patch = 0; patch < positions.length / d; patch++) {
      int column = patch % model.gridColumns();
      int row = patch / model.gridColumns();
      for (int i = 0; i < quarter; i++) {
        double frequency = Math.pow(TEMPERATURE, -(double) i / (quarter - 1));
        int at = patch * d + i;
        positions[at] = (float) Math.sin(column * frequency);
        positions[at + quarter] = (float) Math.cos(column * frequency);
        positions[at + 2 * quarter] = (float) Math.sin(row * frequency);
        positions[at + 3 * quarter] = (float) Math.cos(row * frequency);
      }
    }
    return positions;
  }
}
