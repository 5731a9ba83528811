package io.patchstream.model.graph;

import io.patchstream.model.OnnxGraph;
import io.patchstream.model.VisionTransformer;
import io.patchstream.model.graph.GraphBuilder.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** Images of one grid, and so of as many tokens each: [batch, tokens, D]. */
final class SameGridBatch implements TokenBatch {

  private static final int TOKENS = 1;

  private final GraphBuilder graph;
  private final VisionTransformer model;
  private final Object size;
  private final Value patches;
  private final Value positions;

  /**
   * A batch.
   *
   * @param size the number of images, or a name for any
   */
  SameGridBatch(GraphBuilder graph, VisionTransformer model, Object size) {
    this.graph = graph;
    this.model = model;
    this.size = size;
    this.patches = graph.input(OnnxGraph.PATCHES, size, "patches", model.patchLength());
    this.positions = graph.input(OnnxGraph.POSITION_EMBEDDINGS, 1, "positions", model.hiddenSize());
  }

  @Override
  public Object size() {
    return size;
  }

  @Override
  public Value patches() {
    return patches;
  }

  @Override
  public Value assemble(List<Prefix> prefix, int positioned, Value embedded) {
    List<Value> repeated = new ArrayList<>();
    int withPosition = 0;
    int count = 0;
    for (Prefix tokens : prefix) {
      repeated.add(graph.repeat(tokens.tokens(), patches, tokens.count(), model.hiddenSize()));
      withPosition += count < positioned ? 1 : 0;
      count += tokens.count();
    }
    Value tokens = graph.add(inARow(repeated.subList(0, withPosition), embedded), positions);
    return insert(repeated.subList(withPosition, repeated.size()), positioned, tokens);
  }

  /** Tokens without a position go between those that have one and the patches. */
  private Value insert(List<Value> prefix, int positioned, Value tokens) {
    if (prefix.isEmpty() || positioned == 0) {
      return inARow(prefix, tokens);
    }
    List<Value> parts = new ArrayList<>(prefix);
    parts.add(0, graph.slice(tokens, TOKENS, 0, positioned));
    return inARow(parts, graph.slice(tokens, TOKENS, positioned, Long.MAX_VALUE));
  }

  private Value inARow(List<Value> before, Value tokens) {
    if (before.isEmpty()) {
      return tokens;
    }
    List<Value> parts = new ArrayList<>(before);
    parts.add(tokens);
    return graph.concat(TOKENS, parts.toArray(Value[]::new));
  }

  @Override
  public long[] shape(long... last) {
    return LongStream.concat(LongStream.of(0, 0), LongStream.of(last)).toArray();
  }

  @Override
  public Value attend(Value query, Value key, Value value, int heads) {
    return graph.multiHeadAttention(query, key, value, heads);
  }

  @Override
  public boolean allAttend() {
    return false;
  }

  @Override
  public Value first(Value tokens, int count) {
    return graph.slice(tokens, TOKENS, 0, count);
  }

  @Override
  public Value patchMean(Value tokens) {
    return graph.mean(graph.slice(tokens, TOKENS, model.tokens().prefix(), Long.MAX_VALUE), TOKENS);
  }

  @Override
  public Value tokenMean(Value tokens) {
    return graph.mean(tokens, TOKENS);
  }
}
