package io.patchstream.model.npz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.patchstream.model.Model;
import io.patchstream.model.ModelException;
import io.patchstream.model.OnnxGraph.Weight;
import io.patchstream.model.tensors.Dtype;
import io.patchstream.model.tensors.TensorException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpzFileTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden/google_npz/model.npz");

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("model.npz");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readsStoredAndCompressedArrays(boolean compressed) throws IOException {
    new Npz()
        .add("a/kernel.npy", Npz.floats("2, 3", 1, 2, 3, 4, 5, 6))
        .add("scalar.npy", Npz.npy(2, Npz.header("<f4", false, ""), Npz.data(7)))
        .add("half.npy", Npz.npy(3, Npz.header("<f2", false, "1,"), new byte[] {0, 0x3c}))
        .add(
            "brain.npy", Npz.npy(1, Npz.header("|V2", false, "1,"), new byte[] {(byte) 0x80, 0x3f}))
        .write(file, compressed);

    try (NpzFile opened = NpzFile.open(file)) {
      assertThat(opened.tensors()).containsOnlyKeys("a/kernel", "scalar", "half", "brain");
      assertThat(opened.tensors().get("a/kernel").shape()).isEqualTo(List.of(2L, 3L));
      assertThat(opened.tensors().get("half").type()).isEqualTo(Dtype.F16);
      assertThat(opened.floats("a/kernel")).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(opened.floats("scalar")).containsExactly(7);
      assertThat(opened.floats("half")).containsExactly(1);
      assertThat(opened.floats("brain")).containsExactly(1);
      assertThat(opened.map(opened.tensors().get("a/kernel")).isDirect()).isTrue();
    }
  }

  @Test
  void putsFortransOrderIntoRows() throws IOException {
    // a[i][j][k] = 100 i + 10 j + k of 2x3x2, its first dimension running fastest.
    float[] columns = {0, 100, 10, 110, 20, 120, 1, 101, 11, 111, 21, 121};
    new Npz()
        .add("a.npy", Npz.npy(1, Npz.header("<f4", true, "2, 3, 2"), Npz.data(columns)))
        .write(file, false);

    try (NpzFile opened = NpzFile.open(file)) {
      assertThat(opened.floats("a"))
          .containsExactly(0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121);
    }
  }

  /** numpy's own file, and the same entries compressed: the model has the same weights. */
  @Test
  void aCompressedCheckpointIsTheSameModel() throws IOException, ModelException {
    Npz packed = new Npz();
    try (ZipFile golden = new ZipFile(GOLDEN.toFile())) {
      for (Enumeration<? extends ZipEntry> all = golden.entries(); all.hasMoreElements(); ) {
        ZipEntry entry = all.nextElement();
        packed.add(entry.getName(), golden.getInputStream(entry).readAllBytes());
      }
    }
    packed.write(file, true);

    try (Model stored = Model.open(GOLDEN.getParent());
        Model compressed = Model.open(folder)) {
      assertThat(compressed.description().layout()).isEqualTo("google/vit");
      assertThat(weights(compressed)).isEqualTo(weights(stored));
    }
  }

  private static Map<String, ByteBuffer> weights(Model model) {
    Map<String, ByteBuffer> weights = new HashMap<>();
    for (Weight weight : model.graph().weights()) {
      weights.put(weight.name(), weight.data());
    }
    return weights;
  }

  @Test
  void refusesAFileThatWasCutOff() throws IOException {
    byte[] whole = Files.readAllBytes(GOLDEN);
    for (int length = 0; length < whole.length; length += whole.length / 50) {
      Files.write(file, Arrays.copyOf(whole, length));
      refuses("model.npz: the zip file has no directory at its end: it is truncated");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '"',
      value = {
        "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }  # holds Python objects, a pickle",
        "{'descr': '>f4', 'fortran_order': False, 'shape': (1,), } # the type >f4, which is not read",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), } # 4 bytes of data, but F32 of shape [2] takes 8",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 2), } # impossible shape",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), } # impossible shape",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), } # is not understood",
        "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), } # is not understood",
        "__import__('os') # is not understood",
      })
  void refusesHeaders(String header, String complaint) throws IOException {
    new Npz().add("w.npy", Npz.npy(1, header, Npz.data(1))).write(file, false);
    refuses("tensor \"w.npy\" ", complaint);
  }

  @Test
  void refusesAnAbsurdHeader() throws IOException {
    byte[] npy = Npz.npy(2, Npz.header("<f4", false, "1,"), Npz.data(1));
    ByteBuffer.wrap(npy).order(ByteOrder.LITTLE_ENDIAN).putInt(8, 0x7fffffff);
    new Npz().add("w.npy", npy).write(file, false);
    refuses("tensor \"w.npy\" has a header of 2147483647 bytes");
  }

  @Test
  void refusesWhatIsNoArray() throws IOException {
    new Npz().add("evil.py", new byte[100]).write(file, false);
    refuses("tensor \"evil.py\" is no .npy");
    new Npz().add("w.npy", new byte[100]).write(file, false);
    refuses("tensor \"w.npy\" is no .npy file of version 1, 2 or 3");
  }

  /** A gigabyte of zeros in a megabyte; it is refused before any of it is inflated. */
  @Test
  void refusesAZipBomb() throws IOException {
    byte[] small = new Npz().add("w.npy", Npz.floats("1024", new float[1024])).bytes(true);
    ByteBuffer bomb = ByteBuffer.wrap(small).order(ByteOrder.LITTLE_ENDIAN);
    int central = bomb.getInt(small.length - 6);
    bomb.putInt(central + 24, 1 << 30);
    Files.write(file, small);
    refuses("tensor \"w.npy\" has 1073741", "bytes of data, but F32 of shape [1024] takes 4096");

    String header = Npz.header("<f4", false, "268435456,");
    byte[] npy = Npz.npy(1, header, new byte[0]);
    byte[] honest = new Npz().add("w.npy", npy).bytes(true);
    bomb = ByteBuffer.wrap(honest).order(ByteOrder.LITTLE_ENDIAN);
    central = bomb.getInt(honest.length - 6);
    bomb.putInt(central + 24, npy.length + (1 << 30));
    Files.write(file, honest);
    refuses("tensor \"w.npy\" and those before it inflate to 1073741", "no weights do");
  }

  /** The data ends earlier, or goes on longer, than header and directory agree that it does. */
  @ParameterizedTest
  @ValueSource(ints = {-4, 4})
  void refusesDataOfAnotherLength(int difference) throws IOException {
    int said = 4096;
    byte[] npy =
        Npz.npy(1, Npz.header("<f4", false, said / Float.BYTES + ","), new byte[said + difference]);
    byte[] zip = new Npz().add("w.npy", npy).bytes(true);
    ByteBuffer bytes = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(bytes.getInt(zip.length - 6) + 24, npy.length - difference);
    Files.write(file, zip);

    try (NpzFile opened = NpzFile.open(file)) {
      assertThatExceptionOfType(TensorException.class)
          .isThrownBy(() -> opened.floats("w"))
          .withMessageContaining("tensor \"w.npy\" does not inflate to the ");
    }
  }

  @Test
  void refusesOverlappingEntries() throws IOException {
    byte[] zip =
        new Npz()
            .add("a.npy", Npz.floats("64,", new float[64]))
            .add("b.npy", Npz.floats("64,", new float[64]))
            .bytes(false);
    ByteBuffer bytes = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
    int first = bytes.getInt(zip.length - 6);
    int second = first + 46 + "a.npy".length();
    bytes.putInt(second + 42, bytes.getInt(first + 42));
    Files.write(file, zip);
    refuses("entry \"b.npy\" overlaps");
  }

  @Test
  void refusesDamagedData() throws IOException {
    float[] values = new float[4096];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i);
    }
    byte[] zip = new Npz().add("w.npy", Npz.floats("4096,", values)).bytes(true);
    zip[zip.length / 2] ^= 0x10;
    Files.write(file, zip);
    try (NpzFile opened = NpzFile.open(file)) {
      assertThatExceptionOfType(TensorException.class)
          .isThrownBy(() -> opened.floats("w"))
          .withMessageContaining("model.npz: tensor \"w.npy\" ");
    }
  }

  private void refuses(String... complaints) {
    assertThatExceptionOfType(TensorException.class)
        .isThrownBy(() -> NpzFile.open(file).close())
        .satisfies(refusal -> assertThat(refusal.getMessage()).contains(complaints));
  }
}
