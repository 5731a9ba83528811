package io.patchstream.model.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.patchstream.model.Model;
import io.patchstream.model.ModelException;
import io.patchstream.model.huggingface.ToyVit;
import io.patchstream.model.tensors.TensorException;
import io.patchstream.model.tensors.TensorInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShardedSafetensorsTest {

  @TempDir Path folder;
  private Path index;

  @BeforeEach
  void write() throws IOException {
    index = folder.resolve("model.safetensors.index.json");
    shard("a.safetensors", "first", 1, 2);
    shard("b.safetensors", "second", 3);
    index(Map.of("first", "a.safetensors", "second", "b.safetensors"));
  }

  @Test
  void readsTheTensorsOfAllFiles() throws IOException {
    try (ShardedSafetensors opened = ShardedSafetensors.open(index)) {
      assertThat(opened.tensors()).containsOnlyKeys("first", "second");
      assertThat(opened.floats("first")).containsExactly(1, 2);
      assertThat(opened.floats("second")).containsExactly(3);
      assertThat(opened.files())
          .containsExactly(folder.resolve("a.safetensors"), folder.resolve("b.safetensors"));
    }
  }

  @Test
  void aModelInShardsIsTheSameModel() throws IOException, ModelException, GeneralSecurityException {
    Path whole = folder.resolve("whole");
    ToyVit.SMALL.write(whole);
    Path parts = Files.createDirectory(folder.resolve("parts"));
    Files.copy(whole.resolve("config.json"), parts.resolve("config.json"));
    Map<String, String> places = split(whole.resolve("model.safetensors"), parts);
    index = parts.resolve("model.safetensors.index.json");
    index(places);

    try (Model one = Model.open(whole);
        Model several = Model.open(parts)) {
      assertThat(several.graph().protobuf()).isEqualTo(one.graph().protobuf());
      assertThat(several.revision()).isEqualTo(hash(parts));
    }
  }

  private static Map<String, String> split(Path file, Path target) throws IOException {
    Map<String, String> places = new TreeMap<>();
    SafetensorsWriter[] shards = {new SafetensorsWriter(), new SafetensorsWriter()};
    try (SafetensorsFile whole = SafetensorsFile.open(file)) {
      for (TensorInfo tensor : whole.tensors().values()) {
        int shard = places.size() % 2;
        long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
        ByteBuffer data = whole.map(tensor);
        shards[shard].add(tensor.name(), tensor.type(), data, shape);
        places.put(tensor.name(), shard + ".safetensors");
      }
    }
    for (int shard = 0; shard < shards.length; shard++) {
      shards[shard].write(target.resolve(shard + ".safetensors"));
    }
    return places;
  }

  private static String hash(Path folder) throws IOException, GeneralSecurityException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(Files.readAllBytes(folder.resolve("0.safetensors")));
    all.write(Files.readAllBytes(folder.resolve("1.safetensors")));
    byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(all.toByteArray());
    return HexFormat.of().formatHex(sha256).substring(0, 16);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../a.safetensors",
        "/etc/passwd",
        "sub/a.safetensors",
        "model.safetensors.index.json",
        "a.bin",
        "",
        "a\\u0000.safetensors"
      })
  void refusesNamesOfAnythingElse(String name) throws IOException {
    Files.writeString(index, "{\"weight_map\": {\"first\": \"%s\"}}".formatted(name));
    refuses("tensor \"first\" lies in ", "no name of a .safetensors file");
  }

  @Test
  void refusesAnIndexThatIsItsOwnShard() throws IOException {
    Files.createSymbolicLink(folder.resolve("c.safetensors"), index);
    index(Map.of("first", "c.safetensors"));
    refuses("c.safetensors");
    Files.createSymbolicLink(folder.resolve("d.safetensors"), Path.of("d.safetensors"));
    index(Map.of("first", "d.safetensors"));
    refuses("tensor \"first\" lies in d.safetensors, which is missing");
  }

  @Test
  void refusesAMissingFile() throws IOException {
    Files.delete(folder.resolve("b.safetensors"));
    refuses("tensor \"second\" lies in b.safetensors, which is missing: copy it");
  }

  @Test
  void refusesATensorThatItsFileLacks() throws IOException {
    index(Map.of("first", "b.safetensors", "second", "b.safetensors"));
    refuses("tensor \"first\" is not in b.safetensors");
  }

  @Test
  void refusesATensorThatTheIndexDoesNotName() throws IOException {
    new SafetensorsWriter()
        .add("second", new float[1], 1)
        .add("first", new float[1], 1)
        .write(folder.resolve("b.safetensors"));
    refuses("tensor \"first\" is in b.safetensors, where the index does not place it");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{                                               | not valid JSON",
        "[]                                              | no weight_map",
        "{\"weight_map\": {}}                            | no weight_map",
        "{\"weight_map\": {\"first\": 1}}                | tensor \"first\" lies in 1",
        "{\"weight_map\": {\"x\": \"a\", \"x\": \"a\"}}  | not valid JSON: Duplicate",
      })
  void refusesAnIndexThatIsNone(String json, String complaint) throws IOException {
    Files.writeString(index, json);
    refuses("index.json", complaint);
  }

  @Test
  void refusesAnAbsurdIndex() throws IOException {
    Map<String, String> many = new TreeMap<>();
    for (int i = 0; i <= 1000; i++) {
      shard("s" + i + ".safetensors", "t" + i, i);
      many.put("t" + i, "s" + i + ".safetensors");
    }
    index(many);
    refuses("one more file than the 1000 allowed");
  }

  private void shard(String name, String tensor, float... values) throws IOException {
    new SafetensorsWriter().add(tensor, values, values.length).write(folder.resolve(name));
  }

  private void index(Map<String, String> places) throws IOException {
    String entries =
        places.entrySet().stream()
            .map(entry -> "\"%s\": \"%s\"".formatted(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining(", "));
    Files.writeString(
        index, "{\"metadata\": {\"total_size\": 12}, \"weight_map\": {%s}}".formatted(entries));
  }

  private void refuses(String... complaints) {
    assertThatExceptionOfType(TensorException.class)
        .isThrownBy(() -> ShardedSafetensors.open(index).close())
        .satisfies(refusal -> assertThat(refusal.getMessage()).contains(complaints));
  }
}
