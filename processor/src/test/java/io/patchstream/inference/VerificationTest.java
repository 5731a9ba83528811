package io.patchstream.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.patchstream.image.Resolution;
import io.patchstream.inference.Verification.Comparison;
import io.patchstream.inference.Verification.Report;
import io.patchstream.model.Model;
import io.patchstream.model.safetensors.SafetensorsFile;
import io.patchstream.model.tensors.TensorException;
import io.patchstream.model.tensors.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerificationTest {

  private static final float TOLERANCE = 1e-4f;

  @TempDir private Path folder;
  private Path weights;
  private Path cases;

  @BeforeEach
  void copyModel() throws IOException {
    for (String file :
        List.of(
            "config.json", "preprocessor_config.json", "model.safetensors", "cases.safetensors")) {
      Files.copy(Golden.HF_VIT.resolve(file), folder.resolve(file));
    }
    weights = folder.resolve("model.safetensors");
    cases = folder.resolve("cases.safetensors");
  }

  private Report verify(Path pictures) throws Exception {
    try (Model model = Model.open(folder)) {
      return Verification.run(
          model,
          Golden.images(Resolution.Mode.FIXED),
          Golden.engine(8, Duration.ofMillis(1), 18),
          cases,
          pictures);
    }
  }

  @Test
  void theGoldenModelAgreesAtEverySizeAndOnEveryPicture() throws Exception {
    Report report = verify(Golden.PICTURES);

    assertThat(report.comparisons()).hasSize(6 * 3 + 4 * 2);
    assertThat(report.notCompared()).isEmpty();
    assertThat(report.holds(TOLERANCE)).isTrue();
    assertThat(report.comparisons())
        .filteredOn(row -> row.what().equals("position_embeddings"))
        .hasSize(6)
        .allSatisfy(row -> assertThat(row.difference()).isLessThanOrEqualTo(1e-5f));
    assertThat(report.comparisons().get(0).shape()).isEqualTo(List.of(1L, 37L, 48L));
  }

  @Test
  void picturesAreLeftOutWithoutTheirFolder() throws Exception {
    Report report = verify(null);

    assertThat(report.comparisons()).hasSize(6 * 3);
    assertThat(report.notCompared()).hasSize(4 * 2).contains("file:gray.png/logits");
  }

  @Test
  void aTamperedWeightIsSeen() throws Exception {
    tamper(weights, "classifier.weight", 7, 0.01f);

    assertSeen(verify(null), "logits");
  }

  @Test
  void aTamperedPositionIsSeen() throws Exception {
    tamper(weights, "vit.embeddings.position_embeddings", 48 * 5, 0.01f);

    assertSeen(verify(null), "position_embeddings");
  }

  @Test
  void aTamperedPixelIsSeen() throws Exception {
    tamper(cases, "64x64/pixel_values", 1234, 0.5f);

    Report report = verify(null);

    assertThat(report.holds(TOLERANCE)).isFalse();
    assertThat(report.comparisons())
        .filteredOn(row -> row.difference() > TOLERANCE)
        .extracting(Comparison::testCase)
        .containsOnly("64x64");
  }

  @Test
  void aPictureOfOtherBytesIsSeen() throws Exception {
    Path pictures = Files.createDirectory(folder.resolve("pictures"));
    for (String name : List.of("rgb_200x150.png", "rgb_97x211.png", "alpha.png")) {
      Files.copy(Golden.PICTURES.resolve(name), pictures.resolve(name));
    }
    Files.copy(Golden.PICTURES.resolve("alpha.png"), pictures.resolve("gray.png"));

    assertThat(verify(pictures).comparisons())
        .filteredOn(row -> row.difference() > TOLERANCE)
        .extracting(Comparison::testCase)
        .containsOnly("file:gray.png");
  }

  @Test
  void whatIsNotFiniteDiffersInfinitely() throws Exception {
    tamper(cases, "32x32/logits", 3, Float.NaN);

    assertThat(verify(null).comparisons())
        .filteredOn(row -> row.difference() == Float.POSITIVE_INFINITY)
        .extracting(row -> row.testCase() + "/" + row.what())
        .containsExactly("32x32/logits");
  }

  @Test
  void aMissingPictureIsNamed() {
    assertThatThrownBy(() -> verify(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("rgb_200x150.png");
  }

  @Test
  void aReferenceOfAnotherShapeIsNamed() throws Exception {
    writeCases("\"48x48/position_embeddings\":{\"dtype\":\"F32\",\"shape\":[1,2,3],", 6);

    assertThatThrownBy(() -> verify(null))
        .isInstanceOf(TensorException.class)
        .hasMessageContaining("48x48/position_embeddings")
        .hasMessageContaining("[1, 2, 3]")
        .hasMessageContaining("[1, 37, 48]");
  }

  @Test
  void aSizeBelowOnePatchIsRefused() throws Exception {
    writeCases("\"48x7/logits\":{\"dtype\":\"F32\",\"shape\":[1,1],", 1);

    assertThatThrownBy(() -> verify(null))
        .isInstanceOf(TensorException.class)
        .hasMessageContaining("48x7");
  }

  @Test
  void nothingComparedDoesNotHold() throws Exception {
    writeCases("\"48x48/probabilities\":{\"dtype\":\"F32\",\"shape\":[1,1],", 1);

    Report report = verify(null);

    assertThat(report.holds(TOLERANCE)).isFalse();
    assertThat(report.notCompared()).containsExactly("48x48/probabilities");
  }

  private void assertSeen(Report report, String what) {
    assertThat(report.holds(TOLERANCE)).isFalse();
    assertThat(report.comparisons())
        .filteredOn(row -> row.difference() > TOLERANCE)
        .extracting(Comparison::what)
        .contains(what);
  }

  /** Adds to one float of a file. */
  private static void tamper(Path file, String tensor, int index, float added) throws IOException {
    long offset;
    try (SafetensorsFile safetensors = SafetensorsFile.open(file)) {
      TensorInfo info = safetensors.tensors().get(tensor);
      offset = info.offset();
    }
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer floats = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int at = Math.toIntExact(offset) + index * Float.BYTES;
    floats.putFloat(at, floats.getFloat(at) + added);
    Files.write(file, bytes);
  }

  /** A reference of one tensor of zeros. */
  private void writeCases(String header, int floats) throws IOException {
    int dataBytes = floats * Float.BYTES;
    byte[] json =
        ("{" + header + "\"data_offsets\":[0," + dataBytes + "]}}")
            .getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(Long.BYTES + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(cases, file.putLong(json.length).put(json).array());
  }
}
