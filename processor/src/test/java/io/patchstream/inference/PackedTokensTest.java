package io.patchstream.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.image.Grid;
import io.patchstream.model.Model;
import io.patchstream.model.PositionTables;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The inputs of packed batches, against those made up by hand. */
class PackedTokensTest {

  private static final Grid TWO = new Grid(1, 2);
  private static final Grid ONE = new Grid(1, 1);
  private static final Grid THREE = new Grid(3, 1);

  /** A class token, with a position. */
  @Test
  void classToken() throws Exception {
    PositionTables tables = tables("hf_vit");
    PackedTokens packed = new PackedTokens(1, tables);
    packed.pack(List.of(TWO, ONE, TWO));

    assertThat(ints(packed.sources())).containsExactly(0, 1, 2, 0, 3, 0, 4, 5);
    assertThat(ints(packed.positions())).containsExactly(0, 1, 2, 3, 4, 0, 1, 2);
    assertThat(ints(packed.cumulativeLengths())).containsExactly(0, 3, 5, 8);
    assertThat(ints(packed.offsets())).containsExactly(0, 1, 2, 3, 4, 6, 7, 8, 5);
    assertThat(floats(packed.positionEmbeddings())).containsExactly(floats(tables, TWO, ONE));
  }

  /** The example of the operator's documentation: sequences of 1, 2 and 4 tokens. */
  @Test
  void tokenOffsetsOfTheDocumentation() throws Exception {
    PackedTokens packed = new PackedTokens(0, tables("hf_siglip"));
    packed.pack(List.of(ONE, TWO, new Grid(2, 2)));

    assertThat(ints(packed.offsets())).containsExactly(0, 4, 5, 8, 9, 10, 11, 1, 2, 3, 6, 7);
    assertThat(ints(packed.cumulativeLengths())).containsExactly(0, 1, 3, 7);
    assertThat(ints(packed.sources())).containsExactly(0, 1, 2, 3, 4, 5, 6);
    assertThat(ints(packed.positions())).containsExactly(0, 1, 2, 3, 4, 5, 6);
  }

  /** A class token with a position, four registers without: these get the row of zeros. */
  @Test
  void registers() throws Exception {
    PositionTables tables = tables("hf_dinov2_registers");
    PackedTokens packed = new PackedTokens(5, tables);
    packed.pack(List.of(ONE, TWO));

    assertThat(ints(packed.sources())).containsExactly(0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 6, 7);
    assertThat(ints(packed.positions())).containsExactly(1, 0, 0, 0, 0, 2, 3, 0, 0, 0, 0, 4, 5);
    float[] embeddings = floats(packed.positionEmbeddings());
    float[] expected = floats(tables, ONE, TWO);
    int length = tables.length();
    assertThat(embeddings).hasSize(length + expected.length);
    assertThat(embeddings).startsWith(new float[length]).endsWith(expected);
  }

  /** Two tokens with positions: DeiT's. */
  @Test
  void distillationToken() throws Exception {
    PackedTokens packed = new PackedTokens(2, tables("hf_deit_distilled"));
    packed.pack(List.of(TWO, THREE));

    assertThat(ints(packed.sources())).containsExactly(0, 1, 2, 3, 0, 1, 4, 5, 6);
    assertThat(ints(packed.positions())).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
  }

  @Test
  void whatABatchBeforeHasLeftDoesNotShow() throws Exception {
    PositionTables tables = tables("hf_vit");
    PackedTokens used = new PackedTokens(1, tables);
    for (List<Grid> batch :
        List.of(
            List.of(THREE, ONE, new Grid(6, 6)),
            List.of(TWO),
            List.of(ONE, TWO, TWO),
            List.of(TWO, ONE), // the same tables, in another order
            List.of(THREE, THREE))) {
      PackedTokens fresh = new PackedTokens(1, tables);
      used.pack(batch);
      fresh.pack(batch);

      assertThat(ints(used.sources())).containsExactly(ints(fresh.sources()));
      assertThat(ints(used.offsets())).containsExactly(ints(fresh.offsets()));
      assertThat(ints(used.cumulativeLengths())).containsExactly(ints(fresh.cumulativeLengths()));
      assertThat(positions(used, tables)).containsExactly(positions(fresh, tables));
    }
  }

  /** The embedding of each token. */
  private static float[] positions(PackedTokens packed, PositionTables tables) {
    int length = tables.length();
    int[] rows = ints(packed.positions());
    float[] embeddings = new float[rows.length * length];
    for (int token = 0; token < rows.length; token++) {
      packed.positionEmbeddings().get(rows[token] * length, embeddings, token * length, length);
    }
    return embeddings;
  }

  private static PositionTables tables(String folder) throws Exception {
    try (Model model = Model.open(Golden.HF_VIT.resolveSibling(folder))) {
      return model.positionTables(1 << 20);
    }
  }

  /** The tables of two grids, one after the other. */
  private static float[] floats(PositionTables tables, Grid first, Grid second) {
    FloatBuffer a = tables.at(first.rows(), first.columns());
    FloatBuffer b = tables.at(second.rows(), second.columns());
    return floats(FloatBuffer.allocate(a.remaining() + b.remaining()).put(a).put(b).flip());
  }

  private static float[] floats(FloatBuffer buffer) {
    float[] floats = new float[buffer.remaining()];
    buffer.duplicate().get(floats);
    return floats;
  }

  private static int[] ints(IntBuffer buffer) {
    int[] ints = new int[buffer.remaining()];
    buffer.duplicate().get(ints);
    return ints;
  }
}
