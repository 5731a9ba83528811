package io.patchstream.model.huggingface;

import io.patchstream.model.ConfigFile;
import io.patchstream.model.ModelException;
import io.patchstream.model.VisionTransformer;
import io.patchstream.model.VisionTransformer.Activation;
import io.patchstream.model.VisionTransformer.OutputActivation;
import java.util.List;

/** What the configurations of transformers' vision models have in common. */
record HuggingFaceConfig(ConfigFile config) {

  /**
   * Refuses a model that was saved as something else.
   *
   * @throws ModelException if {@code architectures} is there and does not name the architecture
   */
  void requireArchitecture(String architecture) throws ModelException {
    List<String> architectures = config.texts("architectures");
    if (!architectures.isEmpty() && !architectures.contains(architecture)) {
      throw config.invalid("architectures", architectures + " does not name " + architecture);
    }
  }

  /** Side of a patch, of an image of three channels. */
  int patchSize(int byDefault) throws ModelException {
    if (config.size("num_channels", VisionTransformer.CHANNELS) != VisionTransformer.CHANNELS) {
      throw config.invalid("num_channels", "only images of three channels are read");
    }
    int[] patch = config.sides("patch_size", byDefault);
    if (patch[0] != patch[1]) {
      throw config.invalid("patch_size", "only square patches are read");
    }
    return patch[0];
  }

  Activation activation(String byDefault) throws ModelException {
    String activation = config.text("hidden_act", byDefault);
    return switch (activation) {
      case "gelu" -> Activation.GELU;
      case "gelu_new", "gelu_pytorch_tanh" -> Activation.GELU_TANH;
      case "quick_gelu" -> Activation.QUICK_GELU;
      case "relu" -> Activation.RELU;
      default ->
          throw config.invalid(
              "hidden_act",
              activation + " is not one of gelu, gelu_new, gelu_pytorch_tanh, quick_gelu and relu");
    };
  }

  OutputActivation outputActivation() throws ModelException {
    String problem = config.text("problem_type", "single_label_classification");
    return switch (problem) {
      case "single_label_classification" -> OutputActivation.SOFTMAX;
      case "multi_label_classification" -> OutputActivation.SIGMOID;
      default -> throw config.invalid("problem_type", problem + " is not a classification");
    };
  }

  /** The labels; without {@code id2label} transformers means two classes, LABEL_0 and LABEL_1. */
  List<String> labels() throws ModelException {
    return config.has("id2label") ? config.numbered("id2label") : List.of("LABEL_0", "LABEL_1");
  }
}
