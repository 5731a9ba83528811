package io.patchstream.model.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The one image that a graph takes, normalised pixels in floating point.
 *
 * @param value the input
 * @param type of its elements
 * @param oneImage whether its batch is fixed at one image
 * @param channelsLast whether it is [batch, height, width, 3], not [batch, 3, height, width]
 * @param height in pixels, 0 for any
 * @param width in pixels, 0 for any
 */
record ImageInput(
    String value, DataType type, boolean oneImage, boolean channelsLast, int height, int width) {

  private static final int CHANNELS = 3;

  /**
   * The input of a graph.
   *
   * @throws GraphException if it has another number of inputs, or none that is an image
   */
  static ImageInput of(OpenGraph graph) throws GraphException {
    List<ValueInfoProto> inputs = graph.inputs();
    if (inputs.size() != 1) {
      throw new GraphException(
          "it takes %d inputs, %s: only a file that takes one image can be run"
              .formatted(inputs.size(), text(inputs)));
    }
    ValueInfoProto input = inputs.get(0);
    List<Dimension> shape = input.getType().getTensorType().getShape().getDimList();
    if (shape.size() != 4) {
      throw wrong(input, "is no image, [batch, 3, height, width]");
    }
    boolean channelsLast = side(shape.get(1)) != CHANNELS && side(shape.get(3)) == CHANNELS;
    int channels = side(shape.get(channelsLast ? 3 : 1));
    if (channels != 0 && channels != CHANNELS) {
      throw wrong(
          input, "has %d channels: an image has three, red, green, blue".formatted(channels));
    }
    int batch = side(shape.get(0));
    if (batch > 1) {
      throw wrong(
          input, "takes %d images a run: export it with a batch of any number".formatted(batch));
    }
    return new ImageInput(
        input.getName(),
        type(input),
        batch == 1,
        channelsLast,
        side(shape.get(channelsLast ? 1 : 2)),
        side(shape.get(channelsLast ? 2 : 3)));
  }

  private static DataType type(ValueInfoProto input) throws GraphException {
    DataType type = ElementTypes.of(input.getType().getTensorType().getElemType());
    return switch (type) {
      case FLOAT, FLOAT16, BFLOAT16, DOUBLE -> type;
      default ->
          throw wrong(
              input,
              "takes %s, but images are normalised floats: export it with float".formatted(type));
    };
  }

  /** 0 for any, which a file may write as a name, as nothing or as a number that is no length. */
  private static int side(Dimension dimension) {
    long length = dimension.getDimValue();
    return length < 1 || length > Integer.MAX_VALUE ? 0 : (int) length;
  }

  private static GraphException wrong(ValueInfoProto input, String what) {
    return new GraphException("its input %s %s".formatted(text(List.of(input)), what));
  }

  /** Names and shapes, as {@code pixel_values [batch, 3, 224, 224]}. */
  static String text(List<ValueInfoProto> values) {
    return values.stream()
        .map(
            value ->
                Surgery.RENAMING.original(value.getName())
                    + " "
                    + text(value.getType().getTensorType().getShape()))
        .collect(Collectors.joining(", "));
  }

  private static String text(TensorShapeProto shape) {
    return shape.getDimList().stream()
        .map(
            dimension ->
                dimension.hasDimParam()
                    ? dimension.getDimParam()
                    : Long.toString(dimension.getDimValue()))
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
