package io.patchstream.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import io.patchstream.model.GraphSession.Outputs;
import io.patchstream.model.safetensors.SafetensorsFile;
import io.patchstream.model.safetensors.SafetensorsWriter;
import io.patchstream.model.tensors.Dtype;
import io.patchstream.model.tensors.TensorInfo;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The golden Hugging Face ViT: what PyTorch made of it, and what the graph makes of it. */
class GoldenVitTest {

  private static final Path FOLDER = Path.of("src/test/resources/golden/hf_vit");
  private static final String PIXELS = "/pixel_values";
  private static final float POSITION_TOLERANCE = 1e-5f;
  private static final float TOLERANCE = 1e-4f;

  private static SafetensorsFile cases;
  private static GraphSession session;

  @BeforeAll
  static void open() throws IOException, ModelException, OrtException {
    cases = SafetensorsFile.open(FOLDER.resolve("cases.safetensors"));
    session = new GraphSession(Model.open(FOLDER));
  }

  @AfterAll
  static void close() throws IOException, OrtException {
    session.close();
    cases.close();
  }

  static List<String> sizes() {
    List<String> sizes =
        cases.tensors().keySet().stream()
            .filter(name -> name.endsWith(PIXELS))
            .map(name -> name.substring(0, name.length() - PIXELS.length()))
            .toList();
    assertThat(sizes).hasSize(6);
    return sizes;
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void positionsAreThoseOfPyTorch(String size) throws IOException, ModelException {
    Case reference = Case.read(size);
    try (Model model = Model.open(FOLDER)) {
      int p = model.description().patchSize(48, 48);
      FloatBuffer table =
          model.positionTables(1 << 20).at(reference.height() / p, reference.width() / p);
      float[] ours = new float[table.remaining()];
      table.get(ours);

      assertThat(difference(ours, cases.floats(size + "/position_embeddings")))
          .isLessThanOrEqualTo(POSITION_TOLERANCE);
    }
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void logitsAndEmbeddingAreThoseOfPyTorch(String size) throws IOException, OrtException {
    Case reference = Case.read(size);
    Outputs outputs = reference.run(session);

    assertThat(difference(flat(outputs.logits()), cases.floats(size + "/logits")))
        .isLessThanOrEqualTo(TOLERANCE);
    assertThat(difference(flat(outputs.clsEmbedding()), cases.floats(size + "/cls_embedding")))
        .isLessThanOrEqualTo(TOLERANCE);
  }

  @Test
  void anImageAloneAndInABatchGivesTheSame() throws IOException, OrtException {
    Case reference = Case.read("64x64");
    int length = reference.pixels().length / reference.batch();
    int copies = 9;
    float[] crowd = new float[copies * length];
    for (int i = 0; i < copies; i++) {
      // Neighbours of another scale must not matter either.
      for (int j = 0; j < length; j++) {
        crowd[i * length + j] = reference.pixels()[j] * (i == 4 ? 1 : 100);
      }
    }
    float[] image = Arrays.copyOf(reference.pixels(), length);
    Outputs alone = session.run(image, 1, reference.height(), reference.width());
    Outputs among = session.run(crowd, copies, reference.height(), reference.width());

    assertThat(difference(alone.logits()[0], among.logits()[4])).isLessThanOrEqualTo(1e-5f);
    assertThat(difference(alone.clsEmbedding()[0], among.clsEmbedding()[4]))
        .isLessThanOrEqualTo(1e-5f);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vit.embeddings.cls_token",
        "vit.embeddings.position_embeddings",
        "vit.embeddings.patch_embeddings.projection.weight",
        "vit.encoder.layer.0.attention.attention.query.weight",
        "vit.encoder.layer.2.output.dense.bias",
        "vit.layernorm.weight",
        "classifier.bias",
      })
  void oneTamperedWeightShows(String tensor, @TempDir Path folder)
      throws IOException, ModelException, OrtException {
    copy(folder);
    addToFirstValue(folder.resolve("model.safetensors"), tensor, 0.5f);
    Outputs expected = Case.read("48x48").run(session);
    try (GraphSession tampered = new GraphSession(Model.open(folder))) {
      Outputs outputs = Case.read("48x48").run(tampered);
      assertThat(difference(flat(outputs.logits()), flat(expected.logits())))
          .isGreaterThan(TOLERANCE);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void halvesAreWidenedWithoutLoss(Dtype half, @TempDir Path folder)
      throws IOException, ModelException, OrtException {
    Path halves = Files.createDirectory(folder.resolve("halves"));
    Path widened = Files.createDirectory(folder.resolve("widened"));
    copy(halves);
    copy(widened);
    try (SafetensorsFile file = SafetensorsFile.open(FOLDER.resolve("model.safetensors"))) {
      write(file, halves.resolve("model.safetensors"), half);
    }
    try (SafetensorsFile file = SafetensorsFile.open(halves.resolve("model.safetensors"))) {
      write(file, widened.resolve("model.safetensors"), Dtype.F32);
    }
    try (GraphSession ofHalves = new GraphSession(Model.open(halves));
        GraphSession ofWidened = new GraphSession(Model.open(widened))) {
      Outputs outputs = Case.read("48x40").run(ofHalves);
      Outputs expected = Case.read("48x40").run(ofWidened);
      assertThat(difference(flat(outputs.logits()), flat(expected.logits())))
          .isLessThanOrEqualTo(1e-6f);
    }
  }

  /** The pixels of one size, [batch, 3, height, width]. */
  private record Case(float[] pixels, int batch, int height, int width) {

    static Case read(String size) throws IOException {
      TensorInfo pixels = cases.tensors().get(size + PIXELS);
      int[] shape = pixels.shape().stream().mapToInt(Long::intValue).toArray();
      return new Case(cases.floats(pixels.name()), shape[0], shape[2], shape[3]);
    }

    Outputs run(GraphSession session) throws OrtException {
      return session.run(pixels, batch, height, width);
    }
  }

  private static void copy(Path folder) throws IOException {
    for (String name : new String[] {"config.json", "model.safetensors"}) {
      Files.copy(FOLDER.resolve(name), folder.resolve(name));
    }
  }

  private static void addToFirstValue(Path file, String tensor, float difference)
      throws IOException {
    long offset;
    float value;
    try (SafetensorsFile weights = SafetensorsFile.open(file)) {
      offset = weights.tensors().get(tensor).offset();
      value = weights.floats(tensor)[0];
    }
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(offset);
      bytes.writeInt(Integer.reverseBytes(Float.floatToIntBits(value + difference)));
    }
  }

  /** Writes all tensors of a file in another type; halves by cutting the fraction off. */
  private static void write(SafetensorsFile from, Path to, Dtype type) throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    for (TensorInfo tensor : from.tensors().values()) {
      float[] values = from.floats(tensor.name());
      ByteBuffer data =
          ByteBuffer.allocate(values.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
      for (float value : values) {
        int bits = Float.floatToRawIntBits(value);
        switch (type) {
          case F32 -> data.putFloat(value);
          case BF16 -> data.putShort((short) (bits >>> 16));
          case F16 -> data.putShort(float16(bits));
          default -> throw new IllegalArgumentException(type.name());
        }
      }
      long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
      writer.add(tensor.name(), type, data, shape);
    }
    writer.write(to);
  }

  /** Towards zero; what is below the normal range becomes zero. */
  private static short float16(int bits) {
    int exponent = (bits >>> 23 & 0xff) - 127 + 15;
    int sign = bits >>> 16 & 0x8000;
    return (short) (exponent <= 0 ? sign : sign | exponent << 10 | bits >>> 13 & 0x3ff);
  }

  private static float[] flat(float[][] rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
    }
    return flat;
  }

  /** The largest absolute difference; NaN if there is one anywhere. */
  private static float difference(float[] a, float[] b) {
    assertThat(a).hasSameSizeAs(b);
    float largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i] - b[i]));
    }
    return largest;
  }
}
