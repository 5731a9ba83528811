package io.patchstream.model.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import io.patchstream.model.tensors.Dtype;
import io.patchstream.model.tensors.TensorException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsFileTest {

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("model.safetensors");
  }

  @Test
  void readsTensorsAndMetadata() throws IOException {
    new SafetensorsWriter()
        .metadata("format", "pt")
        .add("a", new float[] {1, 2, 3, 4, 5, 6}, 2, 3)
        .add("bytes", Dtype.U8, ByteBuffer.wrap(new byte[] {7, -1}), 2)
        .add("empty", new float[0], 0, 4)
        .add("scalar", new float[] {-0.5f})
        .write(file);

    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      assertThat(opened.metadata()).containsOnly(entry("format", "pt"));
      assertThat(opened.tensors()).containsOnlyKeys("a", "bytes", "empty", "scalar");
      assertThat(opened.tensors().get("a").shape()).isEqualTo(List.of(2L, 3L));
      assertThat(opened.floats("a")).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(opened.floats("empty")).isEmpty();
      assertThat(opened.floats("scalar")).containsExactly(-0.5f);
      ByteBuffer bytes = opened.map(opened.tensors().get("bytes"));
      assertThat(bytes.get(0)).isEqualTo((byte) 7);
      assertThat(bytes.get(1)).isEqualTo((byte) -1);
      assertThat(bytes.isDirect()).isTrue();
    }
  }

  @Test
  void aMappingOutlivesTheFileObject() throws IOException {
    new SafetensorsWriter().add("a", new float[] {1.5f}, 1).write(file);
    ByteBuffer data;
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      data = opened.map(opened.tensors().get("a"));
    }
    assertThat(data.getFloat(0)).isEqualTo(1.5f);
  }

  @ParameterizedTest
  @CsvSource({
    "0x0000, 0x1p0, 0",
    "0x3c00, 0x1p0, 1",
    "0xc000, 0x1p0, -2",
    "0x7bff, 0x1p0, 65504",
    "0x0400, 0x1p-14, 1",
    "0x0001, 0x1p-24, 1",
    "0x83ff, 0x1p-24, -1023",
    "0x3555, 0x1p-12, 1365",
  })
  void widensFloat16(String bits, String unit, float multiple) throws IOException {
    assertThat(widened(Dtype.F16, bits)).isEqualTo(Float.parseFloat(unit) * multiple);
  }

  @Test
  void widensFloat16ThatIsNotFinite() throws IOException {
    assertThat(widened(Dtype.F16, "0x7c00")).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(widened(Dtype.F16, "0xfc00")).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(widened(Dtype.F16, "0x7e00")).isNaN();
  }

  @ParameterizedTest
  @CsvSource({"0x3f80, 1", "0xc040, -3", "0x4049, 3.140625", "0x0080, 1.1754944E-38"})
  void widensBfloat16(String bits, float expected) throws IOException {
    assertThat(widened(Dtype.BF16, bits)).isEqualTo(expected);
  }

  @Test
  void refusesToReadIntegersAsFloats() throws IOException {
    new SafetensorsWriter().add("ids", Dtype.I32, ByteBuffer.allocate(4), 1).write(file);
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      assertThatExceptionOfType(TensorException.class)
          .isThrownBy(() -> opened.floats("ids"))
          .withMessageContaining("model.safetensors")
          .withMessageContaining("\"ids\" is I32");
      assertThatExceptionOfType(TensorException.class)
          .isThrownBy(() -> opened.floats("other"))
          .withMessageContaining("no tensor \"other\"");
    }
  }

  @Test
  void refusesAFileThatWasCutOff() throws IOException {
    new SafetensorsWriter().add("a", new float[100], 100).add("b", new float[8], 8).write(file);
    long whole = Files.size(file);
    for (long length : List.of(0L, 7L, 8L, 20L, whole - 32, whole - 1)) {
      try (RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
        cut.setLength(length);
      }
      refuses("model.safetensors");
      new SafetensorsWriter().add("a", new float[100], 100).add("b", new float[8], 8).write(file);
    }
    try (RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
      cut.setLength(whole - 1);
    }
    refuses("tensor \"b\" lies at bytes 400 to 432 of 431 bytes");
  }

  @Test
  void refusesAHeaderOfAbsurdLength() throws IOException {
    for (long length :
        List.of(-1L, Long.MAX_VALUE, 1L << 40, SafetensorsFile.MAX_HEADER_BYTES + 1L)) {
      write(length, "{}", 0);
      refuses("a header of " + Long.toUnsignedString(length) + " bytes");
    }
    write(1000, "{}", 0);
    refuses("inside its header of 1000");
  }

  @Test
  void refusesAHeaderThatIsNotJson() throws IOException {
    writeHeader("{\"a\":", 0);
    refuses("not valid JSON");
    writeHeader("[]", 0);
    refuses("not a JSON object");
    writeHeader("{} {}", 0);
    refuses("not valid JSON");
    writeHeader("", 0);
    refuses("not a JSON object");
    writeHeader("[".repeat(200_000), 0);
    refuses("not valid JSON");
  }

  @Test
  void refusesTwoTensorsOfOneName() throws IOException {
    writeHeader("{" + f32("a", 1, 0, 4) + "," + f32("a", 1, 4, 8) + "}", 8);
    refuses("Duplicate field 'a'");
  }

  @Test
  void refusesOverlapHoleAndRest() throws IOException {
    writeHeader("{" + f32("a", 2, 0, 8) + "," + f32("b", 2, 4, 12) + "}", 12);
    refuses("tensor \"b\" overlaps the tensor before it");
    writeHeader("{" + f32("a", 1, 0, 4) + "," + f32("b", 1, 8, 12) + "}", 12);
    refuses("tensor \"b\" leaves a hole of 4 bytes");
    writeHeader("{" + f32("a", 1, 0, 4) + "}", 9);
    refuses("5 bytes at the end belong to no tensor");
  }

  @Test
  void acceptsTensorsInAnyOrder() throws IOException {
    writeHeader("{" + f32("b", 1, 4, 8) + "," + f32("a", 1, 0, 4) + "}   ", 8);
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      assertThat(opened.tensors()).containsOnlyKeys("a", "b");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'dtype':'F32','shape':[3],'data_offsets':[0,8]}       | has 8 bytes, but F32 of shape [3] takes 12",
        "{'dtype':'F32','shape':[2],'data_offsets':[8,0]}       | lies at bytes 8 to 0",
        "{'dtype':'F32','shape':[2],'data_offsets':[0,16]}      | lies at bytes 0 to 16 of 8",
        "{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}      | the value -2 in its shape",
        "{'dtype':'F32','shape':[2.5],'data_offsets':[0,8]}     | the value 2.5 in its shape",
        "{'dtype':'F32','shape':8,'data_offsets':[0,8]}         | a shape that is not an array",
        "{'dtype':'F32','shape':[2],'data_offsets':[0]}         | has 1 data_offsets",
        "{'dtype':'F32','shape':[2],'data_offsets':[0,1e30]}    | in its data_offsets",
        "{'dtype':'F32','shape':[4611686018427387905],'data_offsets':[0,8]} | impossible shape",
        "{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,8]} | impossible shape",
        "{'dtype':'Q4','shape':[2],'data_offsets':[0,8]}        | unknown dtype \"Q4\"",
        "{'shape':[2],'data_offsets':[0,8]}                     | has no dtype",
        "{'dtype':'F32','data_offsets':[0,8]}                   | has no shape",
        "{'dtype':'F32','shape':[2]}                            | has no data_offsets",
        "7                                                      | has no",
      })
  void refusesATensorThatContradictsItself(String entry, String complaint) throws IOException {
    writeHeader("{\"w\":" + entry.replace('\'', '"') + "}", 8);
    refuses("tensor \"w\"", complaint);
  }

  @Test
  void refusesMetadataThatIsNotText() throws IOException {
    writeHeader("{\"__metadata__\":{\"n\":1}}", 0);
    refuses("metadata entry \"n\"");
  }

  private float widened(Dtype type, String bits) throws IOException {
    ByteBuffer data = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN);
    data.putShort(0, (short) (int) Integer.decode(bits));
    new SafetensorsWriter().add("half", type, data, 1).write(file);
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      return opened.floats("half")[0];
    }
  }

  private void refuses(String... complaints) {
    assertThatExceptionOfType(TensorException.class)
        .isThrownBy(() -> SafetensorsFile.open(file).close())
        .satisfies(refusal -> assertThat(refusal.getMessage()).contains(complaints));
  }

  private static String f32(String name, long elements, long begin, long end) {
    return "\"%s\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[%d,%d]}"
        .formatted(name, elements, begin, end);
  }

  private void writeHeader(String header, int dataBytes) throws IOException {
    write(header.length(), header, dataBytes);
  }

  private void write(long length, String header, int dataBytes) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(Long.BYTES + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(file, bytes.putLong(length).put(json).array());
  }
}
