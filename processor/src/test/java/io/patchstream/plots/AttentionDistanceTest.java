package io.patchstream.plots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.patchstream.image.Grid;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class AttentionDistanceTest {

  private static final int PATCH = 10;
  private static final int PREFIX = 1;

  /** 2x2: each patch is 0 from itself, 10 from two others and 14.14 from the one across. */
  @Test
  void uniformAttentionLooksAsFarAsTheGridIsWide() {
    double expected = (0 + 2 * PATCH + PATCH * Math.sqrt(2)) / 4;
    AttentionDistance distance = of(new Grid(2, 2), uniform(4));

    assertThat(distance.means()[0][0]).isCloseTo(expected, within(1e-6));
    assertThat(distance.ofUniformAttention()).isCloseTo(expected, within(1e-12));
  }

  /** 1x3: 0, 10, 20; 10, 0, 10; 20, 10, 0. */
  @Test
  void aRowIsMeasuredAlongIt() {
    assertThat(of(new Grid(1, 3), uniform(3)).means()[0][0])
        .isCloseTo(80.0 / 9, within(1e-6))
        .isCloseTo(of(new Grid(3, 1), uniform(3)).means()[0][0], within(1e-6));
  }

  @Test
  void whoAttendsToItselfLooksNowhere() {
    assertThat(of(new Grid(3, 5), identity(15)).means()[0][0]).isZero();
  }

  /** Half of it to the class token, the other half to the patch on the right. */
  @Test
  void otherTokensHaveNoPlace() {
    float[] attention = {1, 0, 0, 0.5f, 0, 0.5f, 0.5f, 0.5f, 0};
    assertThat(of(new Grid(1, 2), attention).means()[0][0]).isCloseTo(PATCH, within(1e-9));

    float[] toTheClassToken = {1, 0, 0, 1, 0, 0, 1, 0, 0};
    assertThat(of(new Grid(1, 2), toTheClassToken).means()[0][0]).isZero();
  }

  @Test
  void headsStandAloneAndImagesAreAveraged() {
    AttentionDistance distance = new AttentionDistance(new Grid(2, 2), PATCH, 2, 2);
    distance.nextImage();
    distance.add(1, 0, uniform(4));
    distance.nextImage();
    distance.add(1, 0, identity(4));

    assertThat(distance.means()[1][0]).isCloseTo(distance.ofUniformAttention() / 2, within(1e-6));
    assertThat(distance.means()[1][1]).isZero();
    assertThat(distance.means()[0]).containsExactly(0, 0);
  }

  private static AttentionDistance of(Grid grid, float[] attention) {
    AttentionDistance distance = new AttentionDistance(grid, PATCH, 1, 1);
    distance.nextImage();
    distance.add(0, 0, attention);
    return distance;
  }

  private static float[] uniform(int patches) {
    int tokens = PREFIX + patches;
    float[] attention = new float[tokens * tokens];
    Arrays.fill(attention, 1f / tokens);
    return attention;
  }

  private static float[] identity(int patches) {
    int tokens = PREFIX + patches;
    float[] attention = new float[tokens * tokens];
    for (int i = 0; i < tokens; i++) {
      attention[i * tokens + i] = 1;
    }
    return attention;
  }
}
