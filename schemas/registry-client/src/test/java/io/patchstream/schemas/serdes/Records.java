package io.patchstream.schemas.serdes;

import io.patchstream.schemas.Activation;
import io.patchstream.schemas.EmbeddingKind;
import io.patchstream.schemas.FailureReason;
import io.patchstream.schemas.FloatVector;
import io.patchstream.schemas.ImageClassification;
import io.patchstream.schemas.ImageEmbedding;
import io.patchstream.schemas.ImageEvent;
import io.patchstream.schemas.ImageFailure;
import io.patchstream.schemas.ModelInfo;
import io.patchstream.schemas.Prediction;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** One record of each type. */
final class Records {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00.123Z");
  private static final ModelInfo MODEL = new ModelInfo("vit", "abc", "fp32");

  private Records() {}

  static ImageEvent event() {
    return ImageEvent.newBuilder()
        .setImageId("a")
        .setContent(ByteBuffer.wrap(new byte[] {1, 2, 3}))
        .setContentType("image/png")
        .setCapturedAt(NOON)
        .setAttributes(Map.of("camera", "4"))
        .build();
  }

  static ImageClassification classification() {
    return ImageClassification.newBuilder()
        .setImageId("a")
        .setModel(MODEL)
        .setActivation(Activation.SOFTMAX)
        .setPredictions(List.of(new Prediction(7, "cat", 0.9f), new Prediction(2, "dog", 0.1f)))
        .setImageWidth(640)
        .setImageHeight(480)
        .setGridHeight(14)
        .setGridWidth(19)
        .setCapturedAt(NOON)
        .setClassifiedAt(NOON)
        .build();
  }

  static ImageEmbedding embedding() {
    return ImageEmbedding.newBuilder()
        .setEmbeddingId("e")
        .setImageId("a")
        .setModel(MODEL)
        .setVector(new FloatVector(new float[] {1.5f, -2f, 0.25f}))
        .setDimension(3)
        .setKind(EmbeddingKind.CLASS_TOKEN)
        .setNormalised(false)
        .setPreprocessingId("p")
        .build();
  }

  static ImageFailure failure() {
    return ImageFailure.newBuilder()
        .setReason(FailureReason.CORRUPT_IMAGE)
        .setMessage("cut off")
        .setTopic("images")
        .setPartition(3)
        .setOffset(42L)
        .setFailedAt(NOON)
        .setOriginal(ByteBuffer.wrap(new byte[] {9}))
        .build();
  }
}
