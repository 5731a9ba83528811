package io.patchstream.inference;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import io.patchstream.model.OnnxGraph;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * A graph written by hand that reads the shade of a grey picture, and fails as a real session does:
 * a white pixel is an index out of the bounds of a Gather, which is an error of the whole run; a
 * black picture has the logarithm of zero for logits.
 */
final class GreyReader {

  /** A shade at which the run fails. */
  static final int FAILS = 255;

  /** A shade whose logits are not finite. */
  static final int NOT_FINITE = 0;

  private GreyReader() {}

  /** A picture of one shade, 0 to 255, as PNG. */
  static byte[] picture(int shade, int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(new Color(shade, shade, shade));
    graphics.fillRect(0, 0, width, height);
    graphics.dispose();
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", png);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return png.toByteArray();
  }

  /** The shade that the graph has read: normalised to -1 to 1, plus 1, its logarithm. */
  static long shade(Inference inference) {
    return Math.round(Math.exp(inference.logits()[0]) * 255 / 2);
  }

  /** Patches of {@code patchFloats} values in, {@code classes} equal logits out. */
  static OnnxGraph graph(int patchFloats, int hiddenSize, int classes) {
    OnnxMl.GraphProto graph =
        OnnxMl.GraphProto.newBuilder()
            .setName("grey")
            .addInput(tensor(OnnxGraph.PATCHES, "batch", "patches", patchFloats))
            .addInput(tensor(OnnxGraph.POSITION_EMBEDDINGS, 1, "tokens", hiddenSize))
            .addOutput(tensor(OnnxGraph.LOGITS, "batch", classes))
            .addOutput(tensor(OnnxGraph.CLS_EMBEDDING, "batch", patchFloats))
            .addInitializer(indices(classes))
            .addInitializer(floats("one", 1))
            .addInitializer(floats("single", 0))
            .addNode(reduce("ReduceMean", OnnxGraph.PATCHES, OnnxGraph.CLS_EMBEDDING, 0))
            .addNode(reduce("ReduceMax", OnnxGraph.CLS_EMBEDDING, "brightest", 1))
            .addNode(
                node("Cast", "index", "brightest")
                    .addAttribute(integer("to", OnnxMl.TensorProto.DataType.INT64.getNumber())))
            .addNode(node("Gather", "zero", "single", "index"))
            .addNode(
                node("Gather", "shades", OnnxGraph.CLS_EMBEDDING, "classes")
                    .addAttribute(integer("axis", 1)))
            .addNode(node("Add", "positive", "shades", "one"))
            .addNode(node("Log", "logarithm", "positive"))
            .addNode(node("Add", OnnxGraph.LOGITS, "logarithm", "zero"))
            .build();
    return new OnnxGraph(
        OnnxMl.ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setDomain("").setVersion(13))
            .setGraph(graph)
            .build()
            .toByteArray(),
        List.of());
  }

  private static OnnxMl.NodeProto.Builder node(String type, String output, String... inputs) {
    return OnnxMl.NodeProto.newBuilder()
        .setOpType(type)
        .setName(output)
        .addAllInput(List.of(inputs))
        .addOutput(output);
  }

  private static OnnxMl.NodeProto.Builder reduce(
      String type, String input, String output, int keepDims) {
    return node(type, output, input)
        .addAttribute(
            OnnxMl.AttributeProto.newBuilder()
                .setName("axes")
                .setType(OnnxMl.AttributeProto.AttributeType.INTS)
                .addInts(1))
        .addAttribute(integer("keepdims", keepDims));
  }

  private static OnnxMl.AttributeProto integer(String name, long value) {
    return OnnxMl.AttributeProto.newBuilder()
        .setName(name)
        .setType(OnnxMl.AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  private static OnnxMl.TensorProto floats(String name, float value) {
    return OnnxMl.TensorProto.newBuilder()
        .setName(name)
        .setDataType(OnnxMl.TensorProto.DataType.FLOAT.getNumber())
        .addDims(1)
        .addFloatData(value)
        .build();
  }

  private static OnnxMl.TensorProto indices(int count) {
    ByteBuffer raw = ByteBuffer.allocate(count * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (long i = 0; i < count; i++) {
      raw.putLong(i);
    }
    return OnnxMl.TensorProto.newBuilder()
        .setName("classes")
        .setDataType(OnnxMl.TensorProto.DataType.INT64.getNumber())
        .addDims(count)
        .setRawData(ByteString.copyFrom(raw.flip()))
        .build();
  }

  private static OnnxMl.ValueInfoProto tensor(String name, Object... dimensions) {
    OnnxMl.TensorShapeProto.Builder shape = OnnxMl.TensorShapeProto.newBuilder();
    for (Object dimension : dimensions) {
      if (dimension instanceof String symbol) {
        shape.addDimBuilder().setDimParam(symbol);
      } else {
        shape.addDimBuilder().setDimValue((Integer) dimension);
      }
    }
    OnnxMl.TypeProto.Builder type = OnnxMl.TypeProto.newBuilder();
    type.getTensorTypeBuilder()
        .setElemType(OnnxMl.TensorProto.DataType.FLOAT.getNumber())
        .setShape(shape);
    return OnnxMl.ValueInfoProto.newBuilder().setName(name).setType(type).build();
  }
}
