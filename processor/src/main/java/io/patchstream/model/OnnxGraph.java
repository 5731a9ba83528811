package io.patchstream.model;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * An ONNX graph whose weights lie outside the protobuf.
 *
 * @param protobuf the serialised {@code ModelProto}: nodes only, some tens of kilobytes
 * @param weights what the nodes name as external initializers
 */
public record OnnxGraph(byte[] protobuf, List<Weight> weights) {

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

  /** Output: float [batch, classes]; a model without a head has none. */
  public static final String LOGITS = "logits";

  /**
   * Output: float [batch, E]; the class token after the last LayerNorm, or what the model pools or
   * projects instead.
   */
  public static final String CLS_EMBEDDING = "cls_embedding";

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
