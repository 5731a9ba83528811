package io.patchstream.model;

import java.util.List;

/** SKELETON: the description of a ViT (the model room completes the components). */
public record VisionTransformer(
    String name,
    String layout,
    int imageHeight,
    int imageWidth,
    int patchSize,
    int hiddenSize,
    int layers,
    int heads,
    int mlpSize,
    float layerNormEpsilon,
    int prefixTokens,
    List<String> labels) {}
