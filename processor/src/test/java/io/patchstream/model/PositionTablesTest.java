package io.patchstream.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class PositionTablesTest {

  private static final int ROWS = 3;
  private static final int COLUMNS = 4;
  private static final int D = 8;

  @Test
  void theTrainedGridComesBackAsItIs() {
    float[] trained = trained();
    FloatBuffer table = tables(trained, 1 << 20).at(ROWS, COLUMNS);

    assertThat(floats(table)).containsExactly(trained);
    assertThat(table.isDirect()).isTrue();
    assertThat(table.isReadOnly()).isTrue();
    assertThat(table.order()).isEqualTo(ByteOrder.nativeOrder());
  }

  @Test
  void thePrefixStaysInFront() {
    float[] trained = trained();
    float[] table = floats(tables(trained, 1 << 20).at(7, 2));

    assertThat(table).hasSize((1 + 7 * 2) * D);
    for (int i = 0; i < D; i++) {
      assertThat(table[i]).isEqualTo(trained[i]);
    }
  }

  @Test
  void aConstantTableStaysConstantAtAnyGrid() {
    float[] constant = new float[(1 + ROWS * COLUMNS) * D];
    Arrays.fill(constant, 2.5f);
    for (float value : floats(tables(constant, 1 << 20).at(11, 1))) {
      assertThat(value).isCloseTo(2.5f, within(5e-6f));
    }
  }

  @Test
  void transposingTableAndGridTransposesTheResult() {
    float[] trained = trained();
    float[] transposed = trained.clone();
    for (int r = 0; r < ROWS; r++) {
      for (int c = 0; c < COLUMNS; c++) {
        System.arraycopy(trained, (1 + r * COLUMNS + c) * D, transposed, (1 + c * ROWS + r) * D, D);
      }
    }
    float[] straight = floats(tables(trained, 0).at(5, 7));
    float[] turned = floats(new PositionTables(positions(transposed, COLUMNS, ROWS), 0).at(7, 5));

    for (int r = 0; r < 5; r++) {
      for (int c = 0; c < 7; c++) {
        for (int i = 0; i < D; i++) {
          assertThat(straight[(1 + r * 7 + c) * D + i])
              .isCloseTo(turned[(1 + c * 5 + r) * D + i], within(1e-6f));
        }
      }
    }
  }

  @Test
  void keepsTheTablesUsedLastWithinTheBound() {
    long small = bytes(2, 2);
    long medium = bytes(3, 3);
    long large = bytes(5, 5);
    PositionTables tables = tables(trained(), small + large);

    tables.at(2, 2);
    tables.at(5, 5);
    assertThat(tables.cachedBytes()).isEqualTo(small + large);
    tables.at(2, 2);
    assertThat(tables.cachedBytes()).isEqualTo(small + large);
    tables.at(3, 3);
    assertThat(tables.cachedBytes()).isEqualTo(small + medium);
  }

  @Test
  void countsHowItIsUsed() {
    PositionTables tables = tables(trained(), bytes(2, 2) + bytes(3, 3));
    tables.at(2, 2);
    tables.at(2, 2);
    tables.at(3, 3);
    tables.at(2, 2);
    tables.at(5, 5);

    assertThat(tables.usage()).isEqualTo(new PositionTables.Usage(0, 2, 3));
  }

  @Test
  void aTableBeyondTheBoundIsComputedEachTime() {
    PositionTables tables = tables(trained(), bytes(6, 6) - 1);
    float[] once = floats(tables.at(6, 6));

    assertThat(tables.cachedBytes()).isZero();
    assertThat(floats(tables.at(6, 6))).containsExactly(once);
  }

  @Test
  void everyCallerHasItsOwnPosition() {
    PositionTables tables = tables(trained(), 1 << 20);
    FloatBuffer read = tables.at(2, 2);
    read.position(read.limit());

    assertThat(tables.at(2, 2).position()).isZero();
  }

  @Test
  void servesManyThreads() throws InterruptedException, ExecutionException {
    PositionTables tables = tables(trained(), 3000);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<float[]>> results = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        int rows = 1 + i % 5;
        results.add(threads.submit(() -> floats(tables.at(rows, 6))));
      }
      for (int i = 0; i < results.size(); i++) {
        assertThat(results.get(i).get()).containsExactly(floats(tables.at(1 + i % 5, 6)));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void refusesAnEmptyGrid() {
    PositionTables tables = tables(trained(), 1 << 20);
    assertThatIllegalArgumentException().isThrownBy(() -> tables.at(0, 3));
    assertThatIllegalArgumentException().isThrownBy(() -> tables.at(3, -1));
  }

  private static long bytes(int rows, int columns) {
    return (1L + rows * columns) * D * Float.BYTES;
  }

  private static float[] floats(FloatBuffer buffer) {
    float[] floats = new float[buffer.remaining()];
    buffer.duplicate().get(floats);
    return floats;
  }

  private static float[] trained() {
    float[] table = new float[(1 + ROWS * COLUMNS) * D];
    Random random = new Random(7);
    for (int i = 0; i < table.length; i++) {
      table[i] = random.nextFloat() - 0.5f;
    }
    return table;
  }

  private static PositionTables tables(float[] trained, long maxBytes) {
    return new PositionTables(positions(trained, ROWS, COLUMNS), maxBytes);
  }

  private static Positions positions(float[] trained, int rows, int columns) {
    return new Positions(trained, rows, columns, 1, D, PositionInterpolation.BICUBIC);
  }
}
