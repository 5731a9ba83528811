package io.patchstream.model.safetensors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.patchstream.model.tensors.Dtype;
import io.patchstream.model.tensors.TensorException;
import io.patchstream.model.tensors.TensorInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Parses and checks the JSON header: every tensor is inside the file, has the length that its shape
 * and type ask for, and together they cover the data without overlap or hole.
 */
final class SafetensorsHeader {

  private static final String METADATA = "__metadata__";
  private static final Set<String> FIELDS = Set.of("dtype", "shape", "data_offsets");
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final Path file;
  private final long dataStart;
  private final long dataLength;
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  /**
   * Parses a header.
   *
   * @param file for messages only
   * @param json the header's bytes
   * @param dataStart where the data begins in the file
   * @param dataLength bytes from there to the end of the file
   */
  SafetensorsHeader(Path file, byte[] json, long dataStart, long dataLength)
      throws TensorException {
    this.file = file;
    this.dataStart = dataStart;
    this.dataLength = dataLength;
    for (Map.Entry<String, JsonNode> entry : parse(json).properties()) {
      if (entry.getKey().equals(METADATA)) {
        readMetadata(entry.getValue());
      } else {
        tensors.put(entry.getKey(), readTensor(entry.getKey(), entry.getValue()));
      }
    }
    checkCoverage();
  }

  Map<String, TensorInfo> tensors() {
    return tensors;
  }

  Map<String, String> metadata() {
    return metadata;
  }

  private ObjectNode parse(byte[] json) throws TensorException {
    JsonNode root;
    try {
      root = JSON.readTree(json);
    } catch (IOException e) {
      throw new TensorException(file + ": the header is not valid JSON: " + reason(e), e);
    }
    if (root instanceof ObjectNode object) {
      return object;
    }
    throw new TensorException(file + ": the header is not a JSON object");
  }

  /** Without the place, which Jackson counts in a source that it does not show. */
  private static String reason(IOException e) {
    return e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
  }

  private void readMetadata(JsonNode node) throws TensorException {
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      if (!entry.getValue().isTextual()) {
        throw new TensorException(
            file + ": metadata entry \"" + entry.getKey() + "\" is not a string");
      }
      metadata.put(entry.getKey(), entry.getValue().textValue());
    }
  }

  private TensorInfo readTensor(String name, JsonNode node) throws TensorException {
    for (String field : FIELDS) {
      if (!node.has(field)) {
        throw invalid(name, "has no " + field);
      }
    }
    Dtype type = type(name, node.get("dtype"));
    List<Long> shape = naturals(name, "shape", node.get("shape"));
    List<Long> offsets = naturals(name, "data_offsets", node.get("data_offsets"));
    if (offsets.size() != 2) {
      throw invalid(name, "has " + offsets.size() + " data_offsets instead of begin and end");
    }
    long begin = offsets.get(0);
    long end = offsets.get(1);
    if (begin > end || end > dataLength) {
      throw invalid(
          name,
          "lies at bytes %d to %d of %d bytes of data; the file is truncated or its header is wrong"
              .formatted(begin, end, dataLength));
    }
    long expected = bytes(name, type, shape);
    if (end - begin != expected) {
      throw invalid(
          name,
          "has %d bytes, but %s of shape %s takes %d"
              .formatted(end - begin, type, shape, expected));
    }
    return new TensorInfo(name, type, shape, dataStart + begin, expected);
  }

  private Dtype type(String name, JsonNode node) throws TensorException {
    try {
      return Dtype.valueOf(node.asText());
    } catch (IllegalArgumentException e) {
      throw invalid(name, "has the unknown dtype " + node);
    }
  }

  private List<Long> naturals(String name, String field, JsonNode array) throws TensorException {
    if (!array.isArray()) {
      throw invalid(name, "has a " + field + " that is not an array");
    }
    List<Long> numbers = new ArrayList<>(array.size());
    for (JsonNode number : array) {
      if (!number.isIntegralNumber() || !number.canConvertToLong() || number.longValue() < 0) {
        throw invalid(name, "has the value " + number + " in its " + field);
      }
      numbers.add(number.longValue());
    }
    return numbers;
  }

  private long bytes(String name, Dtype type, List<Long> shape) throws TensorException {
    try {
      long bytes = type.bytes();
      for (long dimension : shape) {
        bytes = Math.multiplyExact(bytes, dimension);
      }
      return bytes;
    } catch (ArithmeticException e) {
      throw invalid(name, "has the impossible shape " + shape);
    }
  }

  private void checkCoverage() throws TensorException {
    List<TensorInfo> inOrder = new ArrayList<>(tensors.values());
    inOrder.sort(Comparator.comparingLong(TensorInfo::offset).thenComparingLong(TensorInfo::bytes));
    long covered = dataStart;
    for (TensorInfo tensor : inOrder) {
      if (tensor.offset() != covered) {
        throw invalid(
            tensor.name(),
            tensor.offset() < covered
                ? "overlaps the tensor before it"
                : "leaves a hole of " + (tensor.offset() - covered) + " bytes before it");
      }
      covered += tensor.bytes();
    }
    if (covered != dataStart + dataLength) {
      throw new TensorException(
          file
              + ": "
              + (dataStart + dataLength - covered)
              + " bytes at the end belong to no tensor");
    }
  }

  private TensorException invalid(String tensor, String what) {
    return new TensorException(file + ": tensor \"" + tensor + "\" " + what);
  }
}
