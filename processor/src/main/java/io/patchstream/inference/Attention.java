package io.patchstream.inference;

import io.patchstream.image.Grid;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What the tokens of one image attended to: softmax(Q·Kᵀ/√d) of each head, d values long, computed
 * when asked for, since all of them together may not fit into memory.
 */
public final class Attention {

  /**
   * One attention operator.
   *
   * @param queries [queries, width]
   * @param keys [tokens, width]
   * @param width of all heads together
   */
  record Layer(float[] queries, float[] keys, int width, int heads) {

    /** The probabilities of one head, [queries, tokens]. */
    float[] probabilities(int head) {
      Objects.checkIndex(head, heads);
      int tokens = keys.length / width;
      float[] byDimension = headKeys(head, tokens);
      float[] rows = new float[queries.length / width * tokens];
      IntStream.range(0, queries.length / width)
          .parallel()
          .forEach(query -> fill(rows, query, head, byDimension, tokens));
      return rows;
    }

    /** The keys of a head, [d, tokens]: so a row of products is made of whole rows. */
    private float[] headKeys(int head, int tokens) {
      int d = width / heads;
      float[] byDimension = new float[d * tokens];
      for (int token = 0; token < tokens; token++) {
        for (int i = 0; i < d; i++) {
          byDimension[i * tokens + token] = keys[token * width + head * d + i];
        }
      }
      return byDimension;
    }

    private void fill(float[] rows, int query, int head, float[] headKeys, int tokens) {
      int d = width / heads;
      float[] row = new float[tokens];
      float scale = (float) (1 / Math.sqrt(d));
      for (int i = 0; i < d; i++) {
        float factor = queries[query * width + head * d + i] * scale;
        int keysAt = i * tokens;
        for (int token = 0; token < tokens; token++) {
          row[token] += factor * headKeys[keysAt + token];
        }
      }
      softmax(row);
      System.arraycopy(row, 0, rows, query * tokens, tokens);
    }

    private static void softmax(float[] row) {
      float largest = Float.NEGATIVE_INFINITY;
      for (float product : row) {
        largest = Math.max(largest, product);
      }
      double sum = 0;
      for (int i = 0; i < row.length; i++) {
        row[i] = (float) Math.exp(row[i] - largest);
        sum += row[i];
      }
      for (int i = 0; i < row.length; i++) {
        row[i] /= (float) sum;
      }
    }
  }

  private final Grid grid;
  private final int prefix;
  private final List<Layer> blocks;
  private final Layer pool;
  private final List<Inference.Prediction> predictions;

  /**
   * Of one image.
   *
   * @param pool null for a model that does not pool by attention
   */
  Attention(
      Grid grid,
      int prefix,
      List<Layer> blocks,
      Layer pool,
      List<Inference.Prediction> predictions) {
    this.grid = grid;
    this.prefix = prefix;
    this.blocks = List.copyOf(blocks);
    this.pool = pool;
    this.predictions = List.copyOf(predictions);
  }

  /** The patches of the image. */
  public Grid grid() {
    return grid;
  }

  /** How many tokens there are: those before the patches, and the patches row by row. */
  public int tokens() {
    return prefix + grid.patches();
  }

  /** How many of the tokens stand before the patches. */
  public int prefixTokens() {
    return prefix;
  }

  /** How many blocks the model has. */
  public int blocks() {
    return blocks.size();
  }

  /** How many heads each block has. */
  public int heads() {
    return blocks.get(0).heads();
  }

  /**
   * What each token attends to, [tokens, tokens], a query a row; each row adds up to 1.
   *
   * @param block from 0, the one next to the patches
   * @param head from 0
   */
  public float[] probabilities(int block, int head) {
    return blocks.get(block).probabilities(head);
  }

  /**
   * What the learned query of attention pooling attends to, the mean over its heads, [patches];
   * adds up to 1. Empty for a model that pools otherwise.
   */
  public Optional<float[]> pooling() {
    if (pool == null) {
      return Optional.empty();
    }
    float[] mean = new float[grid.patches()];
    for (int head = 0; head < pool.heads(); head++) {
      float[] probabilities = pool.probabilities(head);
      for (int i = 0; i < mean.length; i++) {
        mean[i] += probabilities[i] / pool.heads();
      }
    }
    return Optional.of(mean);
  }

  /** The best classes of the same run, best first; empty for a model without a head. */
  public List<Inference.Prediction> predictions() {
    return predictions;
  }
}
