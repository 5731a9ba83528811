package io.patchstream.model.huggingface;

import io.patchstream.model.Checkpoint;
import io.patchstream.model.ModelException;
import io.patchstream.model.VisionTransformer;
import io.patchstream.model.VisionTransformer.Output;
import io.patchstream.model.VisionTransformer.Pooling;
import io.patchstream.model.WeightMapping;
import java.io.IOException;
import java.util.List;

/**
 * {@code DeiTForImageClassificationWithTeacher}, whose two heads read a token each, {@code
 * DeiTForImageClassification}, whose head reads the class token, and {@code DeiTModel}. All have a
 * distillation token; the pooler is left aside as ViT's is.
 *
 * @see <a href="https://arxiv.org/abs/2012.12877">Touvron et al., Training data-efficient image
 *     transformers and distillation through attention</a>
 */
public final class HuggingFaceDeit extends HuggingFaceLayout {

  private static final String CLASSIFIER = "classifier";
  private static final String OF_CLASS_TOKEN = "cls_classifier";
  private static final String OF_DISTILLATION_TOKEN = "distillation_classifier";

  /** The layout {@code huggingface/deit}. */
  public HuggingFaceDeit() {
    super(
        Family.DEIT,
        "DeiTForImageClassificationWithTeacher",
        "DeiTForImageClassification",
        "DeiTModel");
  }

  @Override
  Checkpoint read(HuggingFaceConfig config, WeightMapping weights)
      throws ModelException, IOException {
    boolean teacher = weights.has(OF_CLASS_TOKEN + ".weight");
    String head = teacher ? OF_CLASS_TOKEN : CLASSIFIER;
    List<String> labels = config.labels(head);
    Output output =
        teacher
            ? config.output(Pooling.CLASS_AND_DISTILLATION_TOKEN, labels)
            : config.output(labels);
    VisionTransformer model = config.model(2, 2, config.encoder(), output);
    long d = model.hiddenSize();
    VitTensors tensors = VitTensors.of(weights, "deit.", model, config.qkvBias());
    tensors.mapAround();
    tensors.mapBlocks();
    tensors.ignorePooler();
    weights.tensor(
        "distillation_token", tensors.prefix() + "embeddings.distillation_token", 1, 1, d);
    if (!labels.isEmpty()) {
      weights.linear("head", head, labels.size(), d);
    }
    if (teacher) {
      weights.linear("distillation_head", OF_DISTILLATION_TOKEN, labels.size(), d);
    }
    return checkpoint(config, model, weights, tensors.positions());
  }
}
