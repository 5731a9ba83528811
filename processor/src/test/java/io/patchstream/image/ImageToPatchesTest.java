package io.patchstream.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.patchstream.image.ImageException.Reason;
import io.patchstream.image.Resolution.Mode;
import java.lang.management.ManagementFactory;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageToPatchesTest {

  private static final Normalisation NORMALISATION =
      new Normalisation(1 / 255.0, List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));
  private static final Preprocessing OWN_SIZE =
      new Preprocessing(
          new Resize.ShortestEdge(70), Filter.BICUBIC, new Crop(64, 96), NORMALISATION);
  private static final ImageLimits LIMITS = new ImageLimits(1 << 20, 1 << 20);

  /** 200 x 150 pixels. */
  private static final byte[] PICTURE = Golden.image("rgb_200x150.png");

  @Test
  void patchesLieAsAConvolutionReadsThem() throws ImageException {
    int side = 16;
    ImageToPatches images = images(Mode.FIXED, side, 1);

    PreparedImage prepared = images.prepare(PICTURE, null);

    assertThat(prepared).isEqualTo(new PreparedImage(200, 150, new Grid(4, 6)));
    byte[] rgb = expectedPixels(OWN_SIZE.frame(200, 150));
    float[] patches = patches(images, prepared.grid(), side);
    int at = 0;
    for (int patch = 0; patch < 24; patch++) {
      for (int channel = 0; channel < 3; channel++) {
        for (int y = 0; y < side; y++) {
          for (int x = 0; x < side; x++) {
            int row = patch / 6 * side + y;
            int column = patch % 6 * side + x;
            float level = (float) ((rgb[(row * 96 + column) * 3 + channel] & 0xff) / 255.0);
            float mean = NORMALISATION.mean().get(channel).floatValue();
            float std = NORMALISATION.std().get(channel).floatValue();
            assertThat(patches[at++]).isEqualTo((level - mean) / std);
          }
        }
      }
    }
    assertThat(at).isEqualTo(patches.length);
  }

  @Test
  void planesHoldWhatPatchesHold() throws ImageException {
    int side = 16;
    ImageToPatches images = images(Mode.FIXED, side, 1);
    Grid grid = images.prepare(PICTURE, null).grid();
    float[] patches = patches(images, grid, side);
    FloatBuffer planes = FloatBuffer.allocate(patches.length + 7);

    images.writePlanes(planes.position(7));

    assertThat(planes.hasRemaining()).isFalse();
    int at = 0;
    for (int patch = 0; patch < 24; patch++) {
      for (int channel = 0; channel < 3; channel++) {
        for (int y = 0; y < side; y++) {
          for (int x = 0; x < side; x++) {
            int row = patch / 6 * side + y;
            int column = patch % 6 * side + x;
            assertThat(planes.get(7 + (channel * 64 + row) * 96 + column)).isEqualTo(patches[at++]);
          }
        }
      }
    }
  }

  @Test
  void writesAtThePositionOfADirectBuffer() throws ImageException {
    ImageToPatches images = images(Mode.FIXED, 32, 1);
    Grid grid = images.prepare(PICTURE, null).grid();
    float[] expected = patches(images, grid, 32);
    FloatBuffer batch = ByteBuffer.allocateDirect(4 * (expected.length + 10)).asFloatBuffer();

    images.writePatches(batch.position(7));

    assertThat(batch.position()).isEqualTo(7 + expected.length);
    float[] written = new float[expected.length];
    batch.get(7, written);
    assertThat(written).isEqualTo(expected);
    assertThat(batch.get(6)).isZero();
    assertThat(batch.get(7 + expected.length)).isZero();
    assertThatThrownBy(() -> images.writePatches(batch))
        .isInstanceOf(BufferOverflowException.class);
  }

  @Test
  void nothingIsWrittenForAnImageThatFailed() throws ImageException {
    ImageToPatches images = images(Mode.FIXED, 32, 1);
    FloatBuffer buffer = FloatBuffer.allocate(100_000);
    assertThatThrownBy(() -> images.writePatches(buffer)).isInstanceOf(IllegalStateException.class);
    images.prepare(PICTURE, null);
    assertThatThrownBy(() -> images.prepare(new byte[0], null)).isInstanceOf(ImageException.class);
    assertThatThrownBy(() -> images.writePatches(buffer)).isInstanceOf(IllegalStateException.class);
    assertThat(buffer.position()).isZero();
  }

  @Test
  void nativeGoesStraightToTheNearestGrid() throws ImageException {
    ImageToPatches images = images(Mode.NATIVE, 16, 1000);

    PreparedImage prepared = images.prepare(PICTURE, new RequestedSize(16, 16));

    assertThat(prepared.grid()).isEqualTo(new Grid(9, 13));
    assertThat(patches(images, prepared.grid(), 16)[0])
        .isEqualTo(NORMALISATION.table()[expectedPixels(Framing.whole(208, 144))[0] & 0xff]);
    assertThat(images(Mode.NATIVE, 16, 50).prepare(PICTURE, null).grid()).isEqualTo(new Grid(6, 8));
  }

  @Test
  void nativeTakesModelsWhoseOwnSizeIsNotWholePatches() throws ImageException {
    assertThat(images(Mode.NATIVE, 14, 1000).prepare(PICTURE, null).grid())
        .isEqualTo(new Grid(11, 14));
  }

  @Test
  void eventTakesTheRequestedSizeOrElseTheModels() throws ImageException {
    ImageToPatches images = images(Mode.EVENT, 16, 30);
    assertThat(images.prepare(PICTURE, new RequestedSize(100, 40)).grid())
        .isEqualTo(new Grid(3, 6));
    assertThat(images.prepare(PICTURE, null).grid()).isEqualTo(new Grid(4, 6));
    assertThatThrownBy(() -> images.prepare(PICTURE, new RequestedSize(200, 200)))
        .isInstanceOfSatisfying(
            ImageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_MANY_PATCHES));
  }

  @Test
  void fixedLooksNeitherAtTheRequestNorAtTheBound() throws ImageException {
    assertThat(images(Mode.FIXED, 16, 1).prepare(PICTURE, new RequestedSize(1, 1)).grid())
        .isEqualTo(new Grid(4, 6));
  }

  @ParameterizedTest
  @EnumSource(names = {"FIXED", "EVENT"})
  void aModelSizeBelowOnePatchIsRefused(Mode mode) {
    assertThatThrownBy(() -> images(mode, 65, 100))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("64x96")
        .hasMessageContaining("65");
  }

  @Test
  void whatIsBeyondTheLastWholePatchIsNotSeen() throws ImageException {
    int side = 14;
    ImageToPatches images = images(Mode.FIXED, side, 1);
    Grid grid = images.prepare(PICTURE, null).grid();
    byte[] rgb = expectedPixels(OWN_SIZE.frame(200, 150));

    assertThat(grid).isEqualTo(new Grid(4, 6));
    float[] patches = patches(images, grid, side);
    int lastGreen = patches.length - side * side - 1; // of row 55 and column 83
    float level = (float) ((rgb[(55 * 96 + 83) * 3 + 1] & 0xff) / 255.0);
    assertThat(patches[lastGreen])
        .isEqualTo(
            (level - NORMALISATION.mean().get(1).floatValue())
                / NORMALISATION.std().get(1).floatValue());
  }

  @Test
  void moreThanAnArrayHoldsIsRefused() {
    assertThatThrownBy(() -> images(Mode.NATIVE, 16, Integer.MAX_VALUE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("fewer patches");
  }

  @Test
  void exifOrientationIsASetting() throws ImageException {
    byte[] rotated = Golden.image("exif_rotate90.jpg");
    ImageOptions upright = options(Mode.NATIVE, 16, 1000);
    ImageOptions stored =
        new ImageOptions(OWN_SIZE, 16, new Resolution(Mode.NATIVE, 1000), LIMITS, false);
    assertThat(new ImageToPatches(upright).prepare(rotated, null))
        .isEqualTo(new PreparedImage(160, 240, new Grid(15, 10)));
    assertThat(new ImageToPatches(stored).prepare(rotated, null))
        .isEqualTo(new PreparedImage(240, 160, new Grid(10, 15)));
  }

  @ParameterizedTest
  @EnumSource
  void whatCameBeforeLeavesNoTrace(Mode mode) throws ImageException {
    String[] names = {"wide_640x90.png", "tiny_9x7.png", "q90_420.jpg", "exif_rotate90.jpg"};
    ImageToPatches used = images(mode, 16, 500);
    for (String name : names) {
      ImageToPatches fresh = images(mode, 16, 500);
      Grid grid = used.prepare(Golden.image(name), null).grid();
      assertThat(fresh.prepare(Golden.image(name), null).grid()).isEqualTo(grid);
      assertThat(patches(used, grid, 16)).isEqualTo(patches(fresh, grid, 16));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "q90_444.jpg",
        "gray.jpg",
        "progressive.jpg",
        "exif_rotate90.jpg",
        "rgb_97x211.png",
        "palette.png",
        "alpha.png"
      })
  void theDecoderLeavesNoGarbage(String name) throws ImageException {
    assumeTrue(LeptonicaDecoder.isAvailable() || name.endsWith("png"), "no natives here");
    byte[] encoded = Golden.image(name);
    ImageToPatches images = images(Mode.FIXED, 16, 1);
    FloatBuffer target = FloatBuffer.allocate(3 * 64 * 96);
    long each =
        allocatedEach(
            () -> {
              images.prepare(encoded, null);
              images.writePatches(target.clear());
            });
    assertThat(each).isLessThan(2_000);
  }

  @Test
  void afterTheDecoderAWarmInstanceAllocatesNothing() throws ImageException {
    Pixels picture = Pictures.noise(500, 375, 5);
    Pixels upright = new Pixels();
    Pixels framed = new Pixels();
    Resampler resampler = new Resampler();
    Framing framing = new Crop(224, 224).frame(300, 225);
    long each =
        allocatedEach(
            () -> {
              Orientation.ROTATED_180.apply(picture, upright);
              resampler.resample(upright, framing, Filter.BICUBIC, framed);
            });
    assertThat(each).isLessThan(500);
  }

  @FunctionalInterface
  private interface Work {
    void run() throws ImageException;
  }

  /** Bytes that this thread allocates a call, once warm. */
  private static long allocatedEach(Work work) throws ImageException {
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int rounds = 20;
    long before = 0;
    for (int i = 0; i < 2 * rounds; i++) {
      if (i == rounds) {
        before = thread.getCurrentThreadAllocatedBytes();
      }
      work.run();
    }
    return (thread.getCurrentThreadAllocatedBytes() - before) / rounds;
  }

  /** One output row is made of all 65 535 rows of 16 384 pixels: more than one array holds. */
  @Test
  void whatDoesNotFitIntoMemoryIsThatImagesFailureAlone() throws ImageException {
    byte[][] rows = new byte[ImageLimits.MAX_SIDE][1];
    byte[] tall = Pngs.of(1, ImageLimits.MAX_SIDE, 8, 0).rows(rows).end();
    Preprocessing wide =
        new Preprocessing(
            new Resize.Exact(1, 16_384), Filter.LANCZOS, new Crop(1, 16_384), NORMALISATION);
    ImageToPatches images =
        new ImageToPatches(new ImageOptions(wide, 1, new Resolution(Mode.FIXED, 1), LIMITS, true));
    assertThatThrownBy(() -> images.prepare(tall, null))
        .isInstanceOfSatisfying(
            ImageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_MANY_PIXELS))
        .hasMessageContaining("memory")
        .hasCauseInstanceOf(OutOfMemoryError.class);
    assertThat(images.prepare(PICTURE, null).grid()).isEqualTo(new Grid(1, 16_384));
  }

  private static ImageToPatches images(Mode mode, int patchSize, int maxPatches) {
    return new ImageToPatches(options(mode, patchSize, maxPatches));
  }

  private static ImageOptions options(Mode mode, int patchSize, int maxPatches) {
    return new ImageOptions(OWN_SIZE, patchSize, new Resolution(mode, maxPatches), LIMITS, true);
  }

  private static float[] patches(ImageToPatches images, Grid grid, int side) {
    FloatBuffer buffer = FloatBuffer.allocate(grid.patches() * 3 * side * side);
    images.writePatches(buffer);
    assertThat(buffer.hasRemaining()).isFalse();
    return buffer.array();
  }

  private static byte[] expectedPixels(Framing framing) {
    Pixels source = Pictures.of(Golden.expected("rgb_200x150.png/decoded"));
    Pixels target = new Pixels();
    new Resampler().resample(source, framing, OWN_SIZE.filter(), target);
    return Pictures.of(target).rgb();
  }
}
