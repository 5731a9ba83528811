package io.patchstream.model.vitpytorch;

import io.patchstream.model.Checkpoint;
import io.patchstream.model.ConfigFile;
import io.patchstream.model.Layout;
import io.patchstream.model.ModelException;
import io.patchstream.model.ModelFolder;
import io.patchstream.model.VisionTransformer;
import io.patchstream.model.VisionTransformer.Input;
import io.patchstream.model.VisionTransformer.Pooling;
import io.patchstream.model.WeightMapping;
import io.patchstream.model.tensors.TensorFile;
import io.patchstream.model.tensors.TensorInfo;
import java.io.IOException;

/**
 * {@code ViT} of vit-pytorch, which publishes nothing but tensors: the heads, and the pooling where
 * it is not that of the class token, stand in {@code patchstream-model.json}. It runs at its own
 * size only; at other grids its positions are interpolated as Hugging Face's are.
 *
 * @see <a href="https://github.com/lucidrains/vit-pytorch">vit-pytorch</a>
 */
public final class VitPytorch implements Layout {

  private static final String CLASS_TOKEN = "cls_token";
  private static final String POSITIONS = "pos_embedding";
  private static final String HEAD = "mlp_head";

  @Override
  public String name() {
    return "vit-pytorch/vit";
  }

  @Override
  public boolean recognises(ModelFolder folder) {
    return VitPytorchTensors.in(folder.weights())
        && folder.weights().tensors().containsKey(POSITIONS);
  }

  @Override
  public Checkpoint read(ModelFolder folder) throws ModelException, IOException {
    TensorFile file = folder.weights();
    VitPytorchTensors tensors = VitPytorchTensors.of(file, HEAD);
    int prefix = prefix(file);
    VisionTransformer model =
        tensors.describe(
            folder, name(), input(folder, tensors, prefix), prefix, pooling(folder, prefix));
    return new Checkpoint(model, mapping(model, tensors, file).map(), file.floats(POSITIONS));
  }

  /** Where the mean is pooled, later versions keep a class token of no rows. */
  private static int prefix(TensorFile file) {
    TensorInfo token = file.tensors().get(CLASS_TOKEN);
    return token == null || token.elements() == 0 ? 0 : 1;
  }

  private static Input input(ModelFolder folder, VitPytorchTensors tensors, int prefix)
      throws ModelException, IOException {
    int patch = tensors.patchSize(folder.ownConfig());
    if (folder.ownConfig().has("image_size")) {
      int[] size = folder.ownConfig().sides("image_size", 0);
      return new Input(size[0], size[1], patch);
    }
    long rows = folder.weights().tensor(POSITIONS).elements() / tensors.width();
    return Input.square(Math.toIntExact(rows) - prefix, patch);
  }

  private static Pooling pooling(ModelFolder folder, int prefix) throws ModelException {
    ConfigFile config = folder.ownConfig();
    String pool = config.text("pool", prefix == 0 ? "mean" : "cls");
    if (pool.equals("cls") && prefix == 1) {
      return Pooling.CLASS_TOKEN;
    }
    if (!pool.equals("mean")) {
      throw config.invalid("pool", pool + " is not mean, nor cls of a model with a class token");
    }
    return Pooling.TOKEN_MEAN;
  }

  private static WeightMapping mapping(
      VisionTransformer model, VitPytorchTensors tensors, TensorFile file) throws IOException {
    long d = model.hiddenSize();
    int prefix = model.tokens().prefix();
    WeightMapping weights = tensors.mapping(model);
    long rows = prefix + (long) model.gridRows() * model.gridColumns();
    weights.claim(POSITIONS, shape(file, POSITIONS, rows, d));
    if (prefix == 1) {
      weights.reshaped(
          "class_token", new long[] {1, 1, d}, CLASS_TOKEN, shape(file, CLASS_TOKEN, 1, d));
    } else {
      weights.ignore(CLASS_TOKEN::equals);
    }
    return weights;
  }

  /** Earlier versions have a dimension for the batch. */
  private static long[] shape(TensorFile file, String tensor, long rows, long d) {
    TensorInfo info = file.tensors().get(tensor);
    boolean batch = info != null && info.shape().size() == 3;
    return batch ? new long[] {1, rows, d} : new long[] {rows, d};
  }
}
