package io.patchstream.model.huggingface;

import static io.patchstream.model.PositionInterpolation.BICUBIC;
import static io.patchstream.model.PositionInterpolation.BICUBIC_ANTIALIAS;
import static io.patchstream.model.VisionTransformer.Pooling.ATTENTION;
import static io.patchstream.model.VisionTransformer.Pooling.CLASS_TOKEN;
import static io.patchstream.model.VisionTransformer.Pooling.CLASS_TOKEN_AND_PATCH_MEAN;
import static io.patchstream.model.VisionTransformer.Pooling.PATCH_MEAN;

import io.patchstream.model.PositionInterpolation;
import io.patchstream.model.VisionTransformer.Pooling;

/**
 * In what the vision models of transformers differ, in one table: the defaults of their
 * configuration classes, how positions are brought to another grid, and what is read of the last
 * block's tokens by a model without a head and by the head of its {@code ForImageClassification}.
 * DeiT with a teacher has two heads and reads two tokens. Each LayerNorm of a model has the same
 * epsilon, and where no other size is said below, all have 12 blocks of 12 heads over 768 values,
 * an MLP of 3072 and images of 224 pixels.
 */
enum Family {
  VIT("vit", 16, 1e-12, "gelu", BICUBIC, CLASS_TOKEN, CLASS_TOKEN),
  DEIT("deit", 16, 1e-12, "gelu", BICUBIC, CLASS_TOKEN, CLASS_TOKEN),
  VIT_MAE("vit_mae", 16, 1e-12, "gelu", BICUBIC, CLASS_TOKEN, CLASS_TOKEN),
  DINOV2("dinov2", 14, 1e-6, "gelu", BICUBIC, CLASS_TOKEN, CLASS_TOKEN_AND_PATCH_MEAN),
  DINOV2_WITH_REGISTERS(
      "dinov2_with_registers",
      16,
      1e-6,
      "gelu",
      BICUBIC_ANTIALIAS,
      CLASS_TOKEN,
      CLASS_TOKEN_AND_PATCH_MEAN),
  CLIP("clip", 32, 1e-5, "quick_gelu", BICUBIC, CLASS_TOKEN, PATCH_MEAN),
  SIGLIP("siglip", 16, 1e-6, "gelu_pytorch_tanh", BICUBIC, ATTENTION, PATCH_MEAN);

  private final String modelType;
  private final int patchSize;
  private final double layerNormEpsilon;
  private final String activation;
  private final PositionInterpolation interpolation;
  private final Pooling withoutHead;
  private final Pooling withHead;

  Family(
      String modelType,
      int patchSize,
      double layerNormEpsilon,
      String activation,
      PositionInterpolation interpolation,
      Pooling withoutHead,
      Pooling withHead) {
    this.modelType = modelType;
    this.patchSize = patchSize;
    this.layerNormEpsilon = layerNormEpsilon;
    this.activation = activation;
    this.interpolation = interpolation;
    this.withoutHead = withoutHead;
    this.withHead = withHead;
  }

  String modelType() {
    return modelType;
  }

  int patchSize() {
    return patchSize;
  }

  double layerNormEpsilon() {
    return layerNormEpsilon;
  }

  String activation() {
    return activation;
  }

  PositionInterpolation interpolation() {
    return interpolation;
  }

  Pooling pooling(boolean head) {
    return head ? withHead : withoutHead;
  }
}
