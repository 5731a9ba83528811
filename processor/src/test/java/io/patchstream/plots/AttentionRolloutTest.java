package io.patchstream.plots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.patchstream.image.Grid;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AttentionRolloutTest {

  private static final int TOKENS = 5;
  private static final double[] CLASS_TOKEN = {1, 0, 0, 0, 0};

  @Test
  void whereEachAttendsToItselfAllComesFromTheTokenThatIsRead() {
    AttentionRollout rollout = new AttentionRollout(CLASS_TOKEN);
    rollout.through(identity());
    rollout.through(identity());

    assertThat(rollout.shares()).containsExactly(CLASS_TOKEN);
    assertThat(Rollout.relevance(rollout.shares(), new Grid(2, 2))).containsExactly(0, 0, 0, 0);
  }

  @Test
  void uniformAttentionSpreadsHalfOfIt() {
    AttentionRollout rollout = new AttentionRollout(CLASS_TOKEN);
    float[] uniform = new float[TOKENS * TOKENS];
    Arrays.fill(uniform, 1f / TOKENS);
    rollout.through(uniform);

    assertThat(rollout.shares())
        .containsExactly(new double[] {0.6, 0.1, 0.1, 0.1, 0.1}, within(1e-7));
    assertThat(Rollout.relevance(rollout.shares(), new Grid(2, 2)))
        .containsExactly(new double[] {1, 1, 1, 1}, within(1e-7));
  }

  /**
   * As the paper has it: the matrices of all blocks multiplied, the first block's the rightmost.
   */
  @Test
  void itIsTheRowOfTheProductOfAllBlocks() {
    SplittableRandom random = new SplittableRandom(1);
    List<float[]> blocks = Stream.generate(() -> stochastic(random)).limit(4).toList();
    double[][] product = matrix(identity());
    for (float[] block : blocks) {
      product = times(mixed(block), product);
    }
    AttentionRollout rollout = new AttentionRollout(CLASS_TOKEN);
    for (int block = blocks.size() - 1; block >= 0; block--) {
      rollout.through(blocks.get(block));
    }

    assertThat(rollout.shares()).containsExactly(product[0], within(1e-12));
    assertThat(Arrays.stream(rollout.shares()).sum()).isCloseTo(1, within(1e-6));
  }

  @Test
  void betweenTheMiddlesOfPatchesItIsLinear() {
    Rollout rollout = new Rollout("", null, new Grid(2, 2), new double[] {0, 1, 2, 3}, List.of());

    assertThat(rollout.at(0.25, 0.25)).isZero();
    assertThat(rollout.at(0.25, 0.5)).isEqualTo(0.5);
    assertThat(rollout.at(0.5, 0.5)).isEqualTo(1.5);
    assertThat(rollout.at(1, 1)).isEqualTo(3);
    assertThat(rollout.at(0, 0)).isZero();
  }

  private static float[] identity() {
    float[] identity = new float[TOKENS * TOKENS];
    for (int i = 0; i < TOKENS; i++) {
      identity[i * TOKENS + i] = 1;
    }
    return identity;
  }

  private static float[] stochastic(SplittableRandom random) {
    float[] attention = new float[TOKENS * TOKENS];
    for (int row = 0; row < TOKENS; row++) {
      float sum = 0;
      for (int i = row * TOKENS; i < (row + 1) * TOKENS; i++) {
        attention[i] = (float) random.nextDouble();
        sum += attention[i];
      }
      for (int i = row * TOKENS; i < (row + 1) * TOKENS; i++) {
        attention[i] /= sum;
      }
    }
    return attention;
  }

  private static double[][] matrix(float[] values) {
    double[][] matrix = new double[TOKENS][TOKENS];
    for (int i = 0; i < values.length; i++) {
      matrix[i / TOKENS][i % TOKENS] = values[i];
    }
    return matrix;
  }

  /** Half attention, half identity. */
  private static double[][] mixed(float[] attention) {
    double[][] mixed = matrix(attention);
    for (int row = 0; row < TOKENS; row++) {
      for (int i = 0; i < TOKENS; i++) {
        mixed[row][i] = mixed[row][i] / 2 + (row == i ? 0.5 : 0);
      }
    }
    return mixed;
  }

  private static double[][] times(double[][] a, double[][] b) {
    double[][] product = new double[TOKENS][TOKENS];
    for (int row = 0; row < TOKENS; row++) {
      for (int column = 0; column < TOKENS; column++) {
        for (int i = 0; i < TOKENS; i++) {
          product[row][column] += a[row][i] * b[i][column];
        }
      }
    }
    return product;
  }
}
