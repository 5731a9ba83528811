package io.patchstream.model.graph;

import io.patchstream.model.OnnxGraph;
import io.patchstream.model.OnnxGraph.ElementType;
import io.patchstream.model.VisionTransformer;
import io.patchstream.model.graph.GraphBuilder.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Images of any grids, one after the other without padding: [tokens, D]. No value of an image is
 * multiplied with one of another, not even by zero: what is not finite stays with its image.
 */
final class PackedBatch implements TokenBatch {

  private static final String BATCH = "batch";
  private static final int ROWS = 0;
  private static final int TOKENS = 1;

  private final CudaGraphBuilder graph;
  private final VisionTransformer model;
  private final Value patches;
  private final Value positions;
  private final Value sources;
  private final Value positionRows;
  private final Value tokenOffset;
  private final Value cumulativeLengths;

  PackedBatch(CudaGraphBuilder graph, VisionTransformer model) {
    this.graph = graph;
    this.model = model;
    this.patches = graph.input(OnnxGraph.PATCHES, "patches", model.patchLength());
    this.positions = graph.input(OnnxGraph.POSITION_EMBEDDINGS, "positions", model.hiddenSize());
    this.sources = graph.indices(OnnxGraph.TOKEN_SOURCES, "tokens");
    this.positionRows = graph.indices(OnnxGraph.TOKEN_POSITIONS, "tokens");
    this.tokenOffset = graph.indices(OnnxGraph.TOKEN_OFFSET, BATCH, "longest");
    this.cumulativeLengths = graph.indices(OnnxGraph.CUMULATIVE_SEQUENCE_LENGTH, "lengths");
  }

  @Override
  public Object size() {
    return BATCH;
  }

  @Override
  public Value patches() {
    return patches;
  }

  /** Which tokens have a position stands in the indices. */
  @Override
  public Value assemble(List<Prefix> prefix, int positioned, Value embedded) {
    List<Value> rows = new ArrayList<>();
    for (Prefix tokens : prefix) {
      rows.add(graph.squeeze(tokens.tokens(), 0));
    }
    rows.add(embedded);
    Value tokens = graph.gather(graph.concat(ROWS, rows.toArray(Value[]::new)), sources);
    return graph.add(tokens, graph.gather(positions, positionRows));
  }

  @Override
  public long[] shape(long... last) {
    return LongStream.concat(LongStream.of(0), LongStream.of(last)).toArray();
  }

  @Override
  public Value attend(Value query, Value key, Value value, int heads) {
    return graph.packedMultiHeadAttention(query, key, value, tokenOffset, cumulativeLengths, heads);
  }

  @Override
  public boolean allAttend() {
    return true;
  }

  @Override
  public Value first(Value tokens, int count) {
    Value offsets = graph.constant(LongStream.range(0, count).toArray());
    return graph.gather(tokens, graph.add(starts(), offsets));
  }

  @Override
  public Value patchMean(Value tokens) {
    return mean(tokens, model.tokens().prefix());
  }

  @Override
  public Value tokenMean(Value tokens) {
    return mean(tokens, 0);
  }

  /**
   * Of the tokens of each image from one on: they are laid out in rows of one length, filled up
   * with the image's last token, which a weight of 0 takes out again.
   */
  private Value mean(Value tokens, int from) {
    Value starts = graph.add(starts(), graph.constant(from));
    Value ends = graph.unsqueeze(graph.slice(lengths(), 0, 1, Long.MAX_VALUE), 1);
    Value longest = graph.squeeze(graph.size(tokenOffset, 1), 0);
    Value places = graph.add(starts, graph.range(longest));
    Value within = graph.smaller(places, graph.subtract(ends, graph.constant(1)));
    Value weights = graph.cast(graph.less(places, ends), ElementType.FLOAT32);
    Value count = graph.cast(graph.subtract(ends, starts), ElementType.FLOAT32);
    Value sum = graph.matMul(graph.unsqueeze(weights, TOKENS), graph.gather(tokens, within));
    return graph.divide(graph.squeeze(sum, TOKENS), count);
  }

  /** The place of each image's first token, [batch, 1]. */
  private Value starts() {
    return graph.unsqueeze(graph.slice(lengths(), 0, 0, -1), 1);
  }

  private Value lengths() {
    return graph.castToLong(cumulativeLengths);
  }
}
