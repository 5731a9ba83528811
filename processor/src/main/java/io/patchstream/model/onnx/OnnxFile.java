package io.patchstream.model.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.patchstream.model.ModelException;
import io.patchstream.model.tensors.HalfPrecision;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An ONNX file, and the files beside it that its weights lie in. All are mapped, not read: a tensor
 * of the parsed {@code ModelProto} is a view of the file.
 */
final class OnnxFile {

  private final Path path;
  private final ModelProto model;
  private final Set<Path> files = new LinkedHashSet<>();

  private OnnxFile(Path path, ModelProto model) {
    this.path = path;
    this.model = model;
    files.add(path);
  }

  /**
   * Maps and parses a file.
   *
   * @throws ModelException if it is damaged or no ONNX file, or names weights outside of its folder
   */
  static OnnxFile open(Path path) throws ModelException, IOException {
    if (Files.size(path) > Integer.MAX_VALUE) {
      throw new ModelException(
          path + ": more than 2 GB, which no ONNX file holds: save its weights beside it.");
    }
    ByteBuffer mapped = map(path, 0, Files.size(path));
    // An input of a wrapped buffer may alias it: raw tensors become views, not copies on the heap.
    CodedInputStream input = UnsafeByteOperations.unsafeWrap(mapped).newCodedInput();
    input.enableAliasing(true);
    try {
      OnnxFile file = new OnnxFile(path, ModelProto.parseFrom(input));
      file.check();
      return file;
    } catch (InvalidProtocolBufferException e) {
      throw new ModelException(path + ": damaged, or no ONNX file: " + e.getMessage(), e);
    }
  }

  Path path() {
    return path;
  }

  ModelProto model() {
    return model;
  }

  /** The file itself and those whose tensors were asked for. */
  List<Path> files() {
    return List.copyOf(files);
  }

  /**
   * The values of a tensor of the graph: direct and little-endian where they lie in a file; null
   * where they are no raw bytes but numbers of the protobuf.
   *
   * @throws ModelException if they do not have the size of the tensor, or lie outside of the folder
   */
  ByteBuffer data(TensorProto tensor) throws ModelException, IOException {
    ByteBuffer data;
    if (tensor.getDataLocation() == DataLocation.EXTERNAL) {
      data = external(tensor);
    } else if (tensor.hasRawData()) {
      data = tensor.getRawData().asReadOnlyByteBuffer();
    } else {
      return null;
    }
    long bytes = ElementTypes.bytes(tensor);
    if (bytes >= 0 && bytes != data.remaining()) {
      throw wrong(
          tensor,
          "has the shape %s, which takes %d bytes, but there are %d"
              .formatted(tensor.getDimsList(), bytes, data.remaining()));
    }
    return data.order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * The values of a floating-point tensor, in float32.
   *
   * @throws ModelException if they do not have the size of the tensor
   */
  float[] floats(TensorProto tensor) throws ModelException, IOException {
    ByteBuffer data = data(tensor);
    if (data == null) {
      float[] numbers = new float[tensor.getFloatDataCount()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = tensor.getFloatData(i);
      }
      if (numbers.length != ElementTypes.elements(tensor)) {
        throw wrong(tensor, "has the shape " + tensor.getDimsList() + ", but other values");
      }
      return numbers;
    }
    return switch (ElementTypes.ofWeight(tensor.getDataType()).orElseThrow()) {
      case FLOAT16 -> HalfPrecision.widenFloat16(data.asShortBuffer());
      case BFLOAT16 -> HalfPrecision.widenBfloat16(data.asShortBuffer());
      case FLOAT32 -> {
        float[] numbers = new float[data.remaining() / Float.BYTES];
        data.asFloatBuffer().get(numbers);
        yield numbers;
      }
    };
  }

  ModelException wrong(TensorProto tensor, String what) {
    return new ModelException("%s: tensor \"%s\" %s".formatted(path, tensor.getName(), what));
  }

  private void check() throws ModelException {
    if (model.getGraph().getNodeCount() == 0) {
      throw new ModelException(path + ": damaged, or no ONNX file: it holds no graph");
    }
    for (NodeProto node : model.getGraph().getNodeList()) {
      requireNothingOutside(node);
    }
    for (var function : model.getFunctionsList()) {
      for (NodeProto node : function.getNodeList()) {
        requireNothingOutside(node);
      }
    }
  }

  /** Of the tensors outside, only those of the graph itself are looked after here. */
  private void requireNothingOutside(NodeProto node) throws ModelException {
    for (AttributeProto attribute : node.getAttributeList()) {
      requireInside(attribute.getT());
      for (TensorProto tensor : attribute.getTensorsList()) {
        requireInside(tensor);
      }
      requireNothingOutside(attribute.getG());
      for (GraphProto graph : attribute.getGraphsList()) {
        requireNothingOutside(graph);
      }
    }
  }

  private void requireNothingOutside(GraphProto graph) throws ModelException {
    for (TensorProto tensor : graph.getInitializerList()) {
      requireInside(tensor);
    }
    for (NodeProto node : graph.getNodeList()) {
      requireNothingOutside(node);
    }
  }

  private void requireInside(TensorProto tensor) throws ModelException {
    if (tensor.getDataLocation() == DataLocation.EXTERNAL) {
      throw wrong(tensor, "of a node lies in another file, which only the graph's own may");
    }
  }

  private ByteBuffer external(TensorProto tensor) throws ModelException, IOException {
    Map<String, String> entries = new HashMap<>();
    for (StringStringEntryProto entry : tensor.getExternalDataList()) {
      entries.put(entry.getKey(), entry.getValue());
    }
    Path file = beside(tensor, entries.getOrDefault("location", ""));
    long size = Files.size(file);
    long offset = number(tensor, entries.getOrDefault("offset", "0"));
    long length =
        entries.containsKey("length") ? number(tensor, entries.get("length")) : size - offset;
    if (offset > size || length > size - offset) {
      throw wrong(
          tensor,
          "lies at %d to %d of %s, which has %d bytes: it is truncated, or of another model"
              .formatted(offset, offset + length, file, size));
    }
    if (length > Integer.MAX_VALUE) {
      throw wrong(tensor, "has " + length + " bytes; a tensor of an ONNX file has 2 GB at most");
    }
    files.add(file);
    return map(file, offset, length);
  }

  /**
   * The file that a tensor names: by a relative path, and not above the folder. Links within it are
   * followed, as Hugging Face's cache is made of them: whoever laid them there is not the file.
   */
  private Path beside(TensorProto tensor, String location) throws ModelException {
    Path folder = path.toAbsolutePath().getParent().normalize();
    Path named;
    try {
      named = Path.of(location);
    } catch (InvalidPathException e) {
      throw wrong(tensor, "lies in \"" + location + "\", which is no path");
    }
    Path file = folder.resolve(named).normalize();
    if (location.isEmpty() || named.isAbsolute() || !file.startsWith(folder)) {
      throw wrong(tensor, "lies in \"" + location + "\", outside of the model's folder");
    }
    if (!Files.isRegularFile(file)) {
      throw wrong(tensor, "lies in " + file + ", which is missing: copy it from where it was");
    }
    return file;
  }

  private long number(TensorProto tensor, String digits) throws ModelException {
    try {
      long number = Long.parseLong(digits);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw wrong(tensor, "lies at \"" + digits + "\", which is no place in a file");
  }

  private static ByteBuffer map(Path file, long offset, long length) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.map(MapMode.READ_ONLY, offset, length);
    }
  }
}
