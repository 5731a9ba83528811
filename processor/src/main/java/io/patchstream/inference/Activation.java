package io.patchstream.inference;

/** What makes a score of a logit. */
public enum Activation {
  /** One class is right: scores sum to 1. */
  SOFTMAX,
  /** Each class is right or not by itself. */
  SIGMOID
}
