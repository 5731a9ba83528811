package io.patchstream.inference;

import io.patchstream.image.Grid;
import io.patchstream.model.OnnxGraph;
import io.patchstream.model.PositionTables;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What a packed batch is fed beside its patches: where each token comes from, which position it has
 * and where its image ends. The buffers are direct, stay for the next batch and grow when one needs
 * more. For one thread at a time.
 */
final class PackedTokens {

  private final int prefixTokens;
  private final PositionTables tables;

  /** The grids whose tables lie in {@link #positionEmbeddings}, and the first row of each. */
  private final List<Grid> grids = new ArrayList<>();

  private final List<Integer> firstRows = new ArrayList<>();
  private final List<Grid> wanted = new ArrayList<>();
  private int positionedTokens;

  private FloatBuffer positionEmbeddings = DirectBuffers.floats(0);
  private IntBuffer sources = DirectBuffers.ints(0);
  private IntBuffer positions = DirectBuffers.ints(0);
  private IntBuffer offsets = DirectBuffers.ints(0);
  private IntBuffer cumulativeLengths = DirectBuffers.ints(0);

  /**
   * Of one graph.
   *
   * @param prefixTokens in front of the patches of each image
   * @param tables the positions of each grid, with those of the prefix tokens that have one
   */
  PackedTokens(int prefixTokens, PositionTables tables) {
    this.prefixTokens = prefixTokens;
    this.tables = tables;
  }

  /** Writes the inputs of a batch of images, given by their grids. */
  void pack(List<Grid> images) {
    layTables(images);
    int tokens = 0;
    int longest = 0;
    for (Grid grid : images) {
      int length = prefixTokens + grid.patches();
      tokens = Math.addExact(tokens, length);
      longest = Math.max(longest, length);
    }
    sources = emptied(sources, tokens);
    positions = emptied(positions, tokens);
    offsets = emptied(offsets, Math.multiplyExact(images.size(), longest));
    cumulativeLengths = emptied(cumulativeLengths, images.size() + 1);
    int patches = 0;
    for (int image = 0; image < images.size(); image++) {
      Grid grid = images.get(image);
      cumulativeLengths.put(sources.position());
      putOffsets(image * longest, image * longest + prefixTokens + grid.patches());
      putTokens(patches, grid);
      patches += grid.patches();
    }
    cumulativeLengths.put(sources.position());
    for (int image = 0; image < images.size(); image++) {
      int length = prefixTokens + images.get(image).patches();
      putOffsets(image * longest + length, (image + 1) * longest);
    }
    sources.flip();
    positions.flip();
    offsets.flip();
    cumulativeLengths.flip();
  }

  private void putOffsets(int from, int to) {
    for (int place = from; place < to; place++) {
      offsets.put(place);
    }
  }

  /** Prefix tokens come first among the sources, then the patches of all images. */
  private void putTokens(int firstPatch, Grid grid) {
    int row = firstRows.get(grids.indexOf(grid));
    for (int token = 0; token < prefixTokens; token++) {
      sources.put(token);
      positions.put(token < positionedTokens ? row + token : 0);
    }
    for (int patch = 0; patch < grid.patches(); patch++) {
      sources.put(prefixTokens + firstPatch + patch);
      positions.put(row + positionedTokens + patch);
    }
  }

  /** Lays out the tables of all grids, unless they lie there since the batch before. */
  private void layTables(List<Grid> images) {
    wanted.clear();
    for (Grid grid : images) {
      if (!wanted.contains(grid)) {
        wanted.add(grid);
      }
    }
    if (wanted.size() == grids.size() && grids.containsAll(wanted)) {
      return;
    }
    grids.clear();
    firstRows.clear();
    int length = tables.length();
    positionEmbeddings.clear();
    for (Grid grid : wanted) {
      FloatBuffer table = tables.at(grid.rows(), grid.columns());
      if (firstRows.isEmpty()) {
        positionedTokens = table.remaining() / length - grid.patches();
        putZeroRow(length);
      }
      ensureRoom(table.remaining());
      firstRows.add(positionEmbeddings.position() / length);
      positionEmbeddings.put(table);
    }
    positionEmbeddings.flip();
    grids.addAll(wanted);
  }

  /** Row 0 is for tokens without a position, where there are any. */
  private void putZeroRow(int length) {
    if (positionedTokens < prefixTokens) {
      ensureRoom(length);
      for (int i = 0; i < length; i++) {
        positionEmbeddings.put(0);
      }
    }
  }

  private void ensureRoom(int floats) {
    if (positionEmbeddings.remaining() < floats) {
      int needed = Math.addExact(positionEmbeddings.position(), floats);
      FloatBuffer larger = DirectBuffers.floats(Math.addExact(needed, needed / 2));
      positionEmbeddings = larger.put(positionEmbeddings.flip());
    }
  }

  private static IntBuffer emptied(IntBuffer buffer, int count) {
    return buffer.capacity() < count ? DirectBuffers.ints(count + count / 2) : buffer.clear();
  }

  /** {@link OnnxGraph#POSITION_EMBEDDINGS} of the batch's grids, [rows, D]. */
  FloatBuffer positionEmbeddings() {
    return positionEmbeddings;
  }

  /** {@link OnnxGraph#TOKEN_SOURCES}, [tokens]. */
  IntBuffer sources() {
    return sources;
  }

  /** {@link OnnxGraph#TOKEN_POSITIONS}, [tokens]. */
  IntBuffer positions() {
    return positions;
  }

  /** {@link OnnxGraph#TOKEN_OFFSET}, [images · tokens of the longest]. */
  IntBuffer offsets() {
    return offsets;
  }

  /** {@link OnnxGraph#CUMULATIVE_SEQUENCE_LENGTH}, [images + 1]. */
  IntBuffer cumulativeLengths() {
    return cumulativeLengths;
  }
}
