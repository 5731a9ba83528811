package io.patchstream.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.patchstream.model.safetensors.SafetensorsFile;
import io.patchstream.model.safetensors.SafetensorsWriter;
import io.patchstream.model.tensors.Dtype;
import io.patchstream.model.tensors.TensorInfo;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Golden checkpoints of each framework, damaged tensor by tensor: all are refused by name. */
class DamagedCheckpointsTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final String WEIGHTS = "model.safetensors";

  @TempDir Path folder;

  /** Adds a tensor, damaged, to a file that is written anew; or does not. */
  @FunctionalInterface
  private interface Damage {
    void write(SafetensorsWriter file, TensorInfo tensor, ByteBuffer data);
  }

  static List<String> checkpoints() {
    return List.of(
        "timm_deit_distilled",
        "timm_so150m_reg4_map",
        "timm_gap_qknorm",
        "timm_swiglu",
        "torchvision_vit",
        "vit_pytorch_mean",
        "vit_pytorch_simple",
        "vit_pytorch_0_x");
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void whatIsWrittenAnewUndamagedOpens(String checkpoint) throws IOException {
    damage(checkpoint, null, null);
    assertThatCode(() -> Model.open(folder).close()).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void refusesATensorThatIsNotFinite(String checkpoint) throws IOException {
    damage(checkpoint, null, null);
    float[] bad = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
    List<TensorInfo> tensors = tensors(folder);
    for (int i = 0; i < tensors.size(); i++) {
      TensorInfo tensor = tensors.get(i);
      long last = tensor.offset() + tensor.bytes() - Float.BYTES;
      try (RandomAccessFile file = new RandomAccessFile(folder.resolve(WEIGHTS).toFile(), "rw")) {
        file.seek(last);
        int whole = file.readInt();
        file.seek(last);
        file.writeInt(Integer.reverseBytes(Float.floatToRawIntBits(bad[i % bad.length])));
        refuses("tensor \"" + tensor.name() + "\" holds values that are NaN or infinite");
        file.seek(last);
        file.writeInt(whole);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void refusesATensorOfAnotherShape(String checkpoint) throws IOException {
    for (TensorInfo tensor : tensors(GOLDEN.resolve(checkpoint))) {
      damage(
          checkpoint,
          tensor.name(),
          (file, info, data) -> {
            long[] shape = Arrays.copyOf(shape(info), info.shape().size() + 1);
            shape[shape.length - 1] = 1;
            file.add(info.name(), info.type(), data, shape);
          });
      refuses(tensor.name());
    }
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void refusesATensorThatIsMissing(String checkpoint) throws IOException {
    for (TensorInfo tensor : tensors(GOLDEN.resolve(checkpoint))) {
      damage(checkpoint, tensor.name(), (file, info, data) -> {});
      assertThatExceptionOfType(ModelException.class)
          .as("%s without %s", checkpoint, tensor.name())
          .isThrownBy(() -> Model.open(folder));
    }
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void refusesATensorThatIsNotKnown(String checkpoint) throws IOException {
    damage(
        checkpoint,
        tensors(GOLDEN.resolve(checkpoint)).get(0).name(),
        (file, info, data) -> {
          file.add(info.name(), info.type(), data, shape(info));
          file.add("blocks.0.adapter.weight", new float[4], 4);
        });
    refuses("unknown, and they may change the result: blocks.0.adapter.weight");
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void refusesAFileThatWasCutOff(String checkpoint) throws IOException {
    damage(checkpoint, null, null);
    byte[] whole = Files.readAllBytes(folder.resolve(WEIGHTS));
    for (int tenth = 0; tenth < 10; tenth++) {
      Files.write(folder.resolve(WEIGHTS), Arrays.copyOf(whole, whole.length * tenth / 10));
      refuses(WEIGHTS);
    }
  }

  @ParameterizedTest
  @CsvSource({"F16, 0x7c00", "F16, 0xfe00", "BF16, 0x7f80", "BF16, 0xffff"})
  void refusesHalvesThatAreNotFinite(Dtype type, String bits) throws IOException {
    String checkpoint = "timm_vit";
    for (int place : new int[] {0, 1, 30, 47}) {
      damage(
          checkpoint,
          "norm.bias",
          (file, info, data) -> {
            ByteBuffer halves = ByteBuffer.allocate(2 * 48).order(ByteOrder.LITTLE_ENDIAN);
            halves.putShort(2 * place, (short) (int) Integer.decode(bits));
            file.add(info.name(), type, halves, 48);
          });
      refuses("tensor \"norm.bias\" holds values that are NaN or infinite");
    }
  }

  @Test
  void theLargestHalvesAreFinite() throws IOException {
    damage(
        "timm_vit",
        "norm.bias",
        (file, info, data) -> {
          ByteBuffer halves = ByteBuffer.allocate(2 * 48).order(ByteOrder.LITTLE_ENDIAN);
          for (int i = 0; i < 48; i++) {
            halves.putShort(2 * i, (short) (i % 2 == 0 ? 0x7bff : 0xfbff));
          }
          file.add(info.name(), Dtype.F16, halves, 48);
        });
    assertThatCode(() -> Model.open(folder).close()).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.bin", "pytorch_model.bin", "weights.pth", "last.pt", "x.ckpt"})
  void refusesPickles(String name) throws IOException {
    Files.write(folder.resolve(name), new byte[] {1});
    refuses(name + " is a pickle", "save_model(model, \"model.safetensors\")");
  }

  @Test
  void refusesTwoNpz() throws IOException {
    Files.createFile(folder.resolve("a.npz"));
    Files.createFile(folder.resolve("b.npz"));
    refuses("it is not clear which of [a.npz, b.npz] is the model");
  }

  /** The other files of a golden folder, and its weights with one tensor damaged. */
  private void damage(String checkpoint, String name, Damage damage) throws IOException {
    try (Stream<Path> files = Files.list(GOLDEN.resolve(checkpoint))) {
      for (Path file : files.filter(other -> other.toString().endsWith(".json")).toList()) {
        Files.write(folder.resolve(file.getFileName()), Files.readAllBytes(file));
      }
    }
    SafetensorsWriter written = new SafetensorsWriter();
    try (SafetensorsFile file = SafetensorsFile.open(GOLDEN.resolve(checkpoint).resolve(WEIGHTS))) {
      for (TensorInfo tensor : file.tensors().values()) {
        ByteBuffer data = file.map(tensor);
        if (!tensor.name().equals(name)) {
          written.add(tensor.name(), tensor.type(), data, shape(tensor));
        } else {
          damage.write(written, tensor, data);
        }
      }
    }
    written.write(folder.resolve(WEIGHTS));
  }

  /** Those that hold anything. */
  private static List<TensorInfo> tensors(Path checkpoint) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(checkpoint.resolve(WEIGHTS))) {
      return file.tensors().values().stream().filter(tensor -> tensor.elements() > 0).toList();
    }
  }

  private static long[] shape(TensorInfo tensor) {
    return tensor.shape().stream().mapToLong(Long::longValue).toArray();
  }

  private void refuses(String... complaints) {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> Model.open(folder))
        .satisfies(refusal -> assertThat(refusal.getMessage()).contains(complaints));
  }
}
