package io.patchstream.model;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * An ONNX graph whose weights lie outside the protobuf.
 *
 * @param protobuf the serialised {@code ModelProto}: nodes only, some tens of kilobytes
 * @param weights what the nodes name as external initializers
 * @param prefixTokens of each image; where its tokens come from, which a packed batch is fed,
 *     counts them
 */
public record OnnxGraph(byte[] protobuf, List<Weight> weights, int prefixTokens) {

  /** A graph that is fed no sources of tokens. */
  public OnnxGraph(byte[] protobuf, List<Weight> weights) {
    this(protobuf, weights, 0);
  }

  /**
   * Input: normalised patches, float [batch, patches, 3*P*P], row by row through the image; a patch
   * lies channel, row, column: all its red values first.
   */
  public static final String PATCHES = "patches";

  /**
   * Input in place of {@link #PATCHES} where the graph cuts images up itself: normalised pixels,
   * float [batch, 3, height, width].
   */
  public static final String PIXEL_VALUES = "pixel_values";

  /**
   * Input: the {@link PositionTables} entry of the batch's grid, float [1, positioned prefix tokens
   * + patches, D]; a graph that has its positions within has none.
   */
  public static final String POSITION_EMBEDDINGS = "position_embeddings";

  /**
   * Input of a packed batch, whose {@link #PATCHES} are [patches of all images, 3*P*P] and whose
   * {@link #POSITION_EMBEDDINGS} are rows of several tables, [rows, D]: where each token comes
   * from, int32 [tokens of all images]. First all prefix tokens are counted, then all patches.
   */
  public static final String TOKEN_SOURCES = "token_sources";

  /** Input of a packed batch: the row of each token's position, int32 [tokens of all images]. */
  public static final String TOKEN_POSITIONS = "token_positions";

  /**
   * Input of a packed batch, for {@code com.microsoft.PackedMultiHeadAttention}: where each token
   * would lie if every image were filled up to the longest, then the places that stay empty, int32
   * [batch, longest].
   */
  public static final String TOKEN_OFFSET = "token_offset";

  /**
   * Input of a packed batch: how many tokens come before each image, and how many there are, int32
   * [batch + 1].
   */
  public static final String CUMULATIVE_SEQUENCE_LENGTH = "cumulative_sequence_length";

  /** Output: float [batch, classes]; a model without a head has none. */
  public static final String LOGITS = "logits";

  /**
   * Output: float [batch, E]; the class token after the last LayerNorm, or what the model pools or
   * projects instead.
   */
  public static final String CLS_EMBEDDING = "cls_embedding";

  /**
   * Output of a graph that exposes its attention: what tokens ask with, float [batch, queries,
   * width], each head's part behind the other.
   *
   * @param attention {@code blocks.N}, or {@code pool} for the one learned query of a model that
   *     pools by attention
   */
  public static String queries(String attention) {
    return attention + ".queries";
  }

  /** Output beside {@link #queries}: what tokens are found by, float [batch, tokens, width]. */
  public static String keys(String attention) {
    return attention + ".keys";
  }

  /** The element types that published weights come in. */
  public enum ElementType {
    FLOAT32,
    FLOAT16,
    BFLOAT16
  }

  /**
   * One weight as it lies in the memory-mapped checkpoint.
   *
   * @param name the initializer's name in the graph
   * @param type element type
   * @param shape dimensions, outermost first
   * @param data direct, little-endian, position 0 to limit; not to be touched once the model is
   *     closed
   */
  public record Weight(String name, ElementType type, long[] shape, ByteBuffer data) {}
}
