package io.patchstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.SchemaParser;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.ClassSecurityValidator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class GeneratedRecordsTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00.123Z");
  private static final ModelInfo MODEL =
      ModelInfo.newBuilder().setName("vit").setRevision("abc").setPrecision("fp32").build();

  @BeforeAll
  static void trust() {
    TrustedRecords.register();
  }

  @Test
  void trustIsAddedOnceAndForThisPackageAlone() {
    var trusted = ClassSecurityValidator.getGlobal();
    TrustedRecords.register();
    assertThat(ClassSecurityValidator.getGlobal()).isSameAs(trusted);
    assertThat(trusted.isTrusted(Prediction.class)).isTrue();
    assertThat(trusted.isTrusted(String.class)).isTrue();
    assertThat(trusted.isTrusted(ProcessBuilder.class)).isFalse();
  }

  @Test
  void anEventNeedsNothingButItsContent() throws IOException {
    ImageEvent event =
        ImageEvent.newBuilder().setContent(ByteBuffer.wrap(new byte[] {1, 2, 3})).build();
    ImageEvent read = roundTrip(event);
    assertThat(read).isEqualTo(event);
    assertThat(read.getImageId()).isNull();
    assertThat(read.getAttributes()).isEmpty();
  }

  @Test
  void textIsStringAndTimeIsInstant() throws IOException {
    ImageEvent read =
        roundTrip(
            ImageEvent.newBuilder()
                .setImageId("a")
                .setContentUri("file:///a.png")
                .setCapturedAt(NOON)
                .setAttributes(Map.of("camera", "4"))
                .build());
    assertThat(read.get(0)).isInstanceOf(String.class);
    assertThat(read.getCapturedAt()).isEqualTo(NOON);
    assertThat(read.getAttributes()).isEqualTo(Map.of("camera", "4"));
  }

  @Test
  void aVectorIsReadAsWritten() throws IOException {
    ImageEmbedding embedding =
        ImageEmbedding.newBuilder()
            .setEmbeddingId("e")
            .setImageId("a")
            .setModel(MODEL)
            .setVector(new FloatVector(new float[] {1.5f, -2f, 0.25f}))
            .setDimension(3)
            .setKind(EmbeddingKind.CLASS_TOKEN)
            .setNormalised(false)
            .setPreprocessingId("p")
            .build();
    ImageEmbedding read = roundTrip(embedding);
    assertThat(read).isEqualTo(embedding);
    assertThat(read.getVector()).containsExactly(1.5f, -2f, 0.25f);
  }

  @Test
  void labelsAreReadAsWritten() throws IOException {
    ImageClassification labels =
        ImageClassification.newBuilder()
            .setImageId("a")
            .setModel(MODEL)
            .setActivation(Activation.SIGMOID)
            .setPredictions(List.of(new Prediction(7, "cat", 0.9f), new Prediction(2, "dog", 0.1f)))
            .setImageWidth(640)
            .setImageHeight(480)
            .setGridHeight(14)
            .setGridWidth(19)
            .setClassifiedAt(NOON)
            .build();
    assertThat(roundTrip(labels)).isEqualTo(labels);
  }

  @Test
  void aFailureMustSayWhy() {
    var incomplete =
        ImageFailure.newBuilder()
            .setMessage("m")
            .setTopic("t")
            .setPartition(0)
            .setOffset(0)
            .setFailedAt(NOON);
    assertThatThrownBy(incomplete::build)
        .isInstanceOf(AvroRuntimeException.class)
        .hasMessageContaining("reason");
  }

  /** What a consumer built today sees of a reason that a later processor adds. */
  @Test
  void anUnknownReasonIsReadAsOther() throws IOException {
    var later =
        new SchemaParser()
            .parse(
                FailureReason.getClassSchema()
                    .toString()
                    .replace("\"SOURCE_EXPIRED\"", "\"SOURCE_EXPIRED\",\"NEW\""))
            .mainSchema();
    var out = new ByteArrayOutputStream();
    var encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    encoder.writeEnum(later.getEnumOrdinal("NEW"));
    encoder.flush();
    FailureReason read =
        new SpecificDatumReader<FailureReason>(later, FailureReason.getClassSchema())
            .read(null, DecoderFactory.get().binaryDecoder(out.toByteArray(), null));
    assertThat(read).isEqualTo(FailureReason.OTHER);
  }

  private static <T extends SpecificRecord> T roundTrip(T record) throws IOException {
    var out = new ByteArrayOutputStream();
    var encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    new SpecificDatumWriter<T>(record.getSchema()).write(record, encoder);
    encoder.flush();
    return new SpecificDatumReader<T>(record.getSchema())
        .read(null, DecoderFactory.get().binaryDecoder(out.toByteArray(), null));
  }
}
