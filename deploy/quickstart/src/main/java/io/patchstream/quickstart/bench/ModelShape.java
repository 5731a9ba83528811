package io.patchstream.quickstart.bench;

import java.util.Locale;

/** The shape of a published Vision Transformer: 224x224 pixels, 1000 classes, 12 layers. */
enum ModelShape {
  /** 5.7 million weights. */
  VIT_TI16(192, 3),
  /** 22 million weights. */
  VIT_S16(384, 6),
  /** 86.6 million weights. */
  VIT_B16(768, 12);

  static final int IMAGE_SIZE = 224;
  static final int PATCH_SIZE = 16;
  static final int LAYERS = 12;
  static final int CLASSES = 1000;

  private final int hidden;
  private final int heads;

  ModelShape(int hidden, int heads) {
    this.hidden = hidden;
    this.heads = heads;
  }

  /** Hidden size D. */
  int hidden() {
    return hidden;
  }

  /** Attention heads. */
  int heads() {
    return heads;
  }

  /** Width of the feed-forward part. */
  int mlp() {
    return 4 * hidden;
  }

  /** As it is spelled on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
