package io.patchstream.plots;

/**
 * Where what a model reads of its last block comes from: Abnar and Zuidema, "Quantifying Attention
 * Flow in Transformers" (arXiv:2005.00928). A block hands on half of a token as it is, by its
 * residual connection, and half by attention, the mean over its heads.
 *
 * <p>The product of all blocks' matrices is a matrix of tokens by tokens; of what is read only one
 * row of it is wanted, which goes through the blocks from the last to the first.
 */
final class AttentionRollout {

  private double[] shares;

  /**
   * Before the last block.
   *
   * @param read the share of each token in what the model reads, [tokens], adding up to 1
   */
  AttentionRollout(double[] read) {
    this.shares = read.clone();
  }

  /**
   * Goes through a block, backwards.
   *
   * @param attention the mean over its heads, [tokens, tokens], rows adding up to 1
   */
  void through(float[] attention) {
    int tokens = shares.length;
    double[] before = new double[tokens];
    for (int token = 0; token < tokens; token++) {
      double half = shares[token] / 2;
      before[token] += half;
      for (int other = 0; other < tokens; other++) {
        before[other] += half * attention[token * tokens + other];
      }
    }
    shares = before;
  }

  /** The share of each token in what is read, [tokens], adding up to 1. */
  double[] shares() {
    return shares.clone();
  }
}
