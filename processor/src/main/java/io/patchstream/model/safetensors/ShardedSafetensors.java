package io.patchstream.model.safetensors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.patchstream.model.tensors.TensorException;
import io.patchstream.model.tensors.TensorFile;
import io.patchstream.model.tensors.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The tensors of a {@code model.safetensors.index.json}: its {@code weight_map} says in which file
 * beside it each tensor lies. Index and files must agree on every tensor.
 */
public final class ShardedSafetensors implements TensorFile {

  private static final String WEIGHT_MAP = "weight_map";
  private static final String SUFFIX = ".safetensors";

  /** More is not a checkpoint, and each is an open file. */
  private static final int MAX_SHARDS = 1000;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final Path index;
  private final Map<String, SafetensorsFile> shards = new TreeMap<>();
  private final Map<String, SafetensorsFile> shardOf = new LinkedHashMap<>();
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();

  private ShardedSafetensors(Path index) {
    this.index = index;
  }

  /**
   * Opens the index and all its files.
   *
   * @throws TensorException if the index is damaged or names anything but safetensors files beside
   *     it, or a file is missing, damaged, or holds other tensors than the index says; the message
   *     names the tensor
   * @throws IOException if a file cannot be read
   */
  public static ShardedSafetensors open(Path index) throws IOException {
    ShardedSafetensors opened = new ShardedSafetensors(index);
    try {
      opened.readIndex();
      opened.requireNoOthers();
      return opened;
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  @Override
  public Path path() {
    return index;
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  /** The files, sorted by name. */
  public List<Path> files() {
    return shards.values().stream().map(SafetensorsFile::path).toList();
  }

  @Override
  public ByteBuffer map(TensorInfo tensor, long from, int bytes) throws IOException {
    return shardOf.get(tensor.name()).map(tensor, from, bytes);
  }

  /** Closes the files; what is mapped stays mapped. */
  @Override
  public void close() throws IOException {
    for (SafetensorsFile shard : shards.values()) {
      shard.close();
    }
  }

  private void readIndex() throws IOException {
    if (Files.size(index) > SafetensorsFile.MAX_HEADER_BYTES) {
      throw new TensorException(
          "%s: an index of more than %d bytes is not one of a checkpoint"
              .formatted(index, SafetensorsFile.MAX_HEADER_BYTES));
    }
    JsonNode map;
    try {
      map = JSON.readTree(Files.readAllBytes(index)).path(WEIGHT_MAP);
    } catch (JsonProcessingException e) {
      throw new TensorException(index + ": not valid JSON: " + e.getOriginalMessage(), e);
    }
    if (!map.isObject() || map.isEmpty()) {
      throw new TensorException(index + ": it has no " + WEIGHT_MAP + " that names a tensor");
    }
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      place(entry.getKey(), entry.getValue());
    }
  }

  private void place(String tensor, JsonNode file) throws IOException {
    SafetensorsFile shard = shard(tensor, file);
    TensorInfo info = shard.tensors().get(tensor);
    if (info == null) {
      throw invalid(tensor, "is not in " + shard.path().getFileName());
    }
    shardOf.put(tensor, shard);
    tensors.put(tensor, info);
  }

  private SafetensorsFile shard(String tensor, JsonNode file) throws IOException {
    String name = file.asText();
    SafetensorsFile open = shards.get(name);
    if (open != null) {
      return open;
    }
    // A plain name: no folder above, no other index, nothing but a file of tensors.
    if (!file.isTextual() || !name.matches("[\\w.-]+") || !name.endsWith(SUFFIX)) {
      throw invalid(tensor, "lies in " + file + ", which is no name of a " + SUFFIX + " file");
    }
    if (shards.size() == MAX_SHARDS) {
      throw invalid(tensor, "lies in one more file than the " + MAX_SHARDS + " allowed");
    }
    Path path = index.resolveSibling(name);
    if (!Files.isRegularFile(path)) {
      throw invalid(
          tensor,
          "lies in " + name + ", which is missing: copy it from where the model was published");
    }
    SafetensorsFile opened = SafetensorsFile.open(path);
    shards.put(name, opened);
    return opened;
  }

  /** A tensor that the index does not place where it lies would be read over. */
  private void requireNoOthers() throws TensorException {
    for (SafetensorsFile shard : shards.values()) {
      for (String tensor : shard.tensors().keySet()) {
        if (shardOf.get(tensor) != shard) {
          throw invalid(
              tensor,
              "is in " + shard.path().getFileName() + ", where the index does not place it");
        }
      }
    }
  }

  private TensorException invalid(String tensor, String what) {
    return new TensorException(index + ": tensor \"" + tensor + "\" " + what + ".");
  }
}
