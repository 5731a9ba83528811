package io.patchstream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.fixtures.NumberedPicture;
import io.patchstream.schemas.FailureReason;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a tap sees of the images that a task finishes. */
class ResultTapTest {

  private static final byte[] NO_IMAGE = "no image".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  @Test
  void aWantedImageIsSeenWithItsPictureAndItsResult() throws Exception {
    byte[] png = NumberedPicture.of(7).png();
    try (NumberedEngine engine = NumberedEngine.open(folder.resolve("model"), 200)) {
      TaskUnderTest task = new TaskUnderTest(engine.engine(), folder, 1 << 20, TaskUnderTest.LONG);
      task.tap.wants = true;
      task.init(Map.of());
      task.consume(7, png);
      task.runUntil(task::isResting);

      assertThat(task.tap.classified)
          .singleElement()
          .satisfies(
              image -> {
                assertThat(image.source()).isEqualTo("images-3-7");
                assertThat(image.timestamp()).isEqualTo(1_007);
                assertThat(image.picture()).isEqualTo(png);
                assertThat(image.inference().predictions().get(0).label())
                    .isEqualTo(task.labels().get(0));
              });
      task.processor.close();
    }
  }

  @Test
  void failuresAreSeenAndImagesThatNobodyWantsAreNot() throws Exception {
    try (NumberedEngine engine = NumberedEngine.open(folder.resolve("model"), 200)) {
      TaskUnderTest task = new TaskUnderTest(engine.engine(), folder, 1 << 20, TaskUnderTest.LONG);
      task.init(Map.of());
      task.consume(7, NumberedPicture.of(7).png());
      task.consume(8, NO_IMAGE);
      task.runUntil(task::isResting);

      assertThat(task.tap.classified).isEmpty();
      assertThat(task.tap.failed)
          .singleElement()
          .satisfies(
              image -> {
                assertThat(image.source()).isEqualTo("images-3-8");
                assertThat(image.reason()).isEqualTo(FailureReason.UNSUPPORTED_FORMAT);
                assertThat(image.message()).isNotBlank();
              });
      task.processor.close();
    }
  }
}
