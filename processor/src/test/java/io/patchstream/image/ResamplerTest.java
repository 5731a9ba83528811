package io.patchstream.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds of every filter; that they are Pillow's is {@link GoldenPreprocessTest}'s to show. */
class ResamplerTest {

  private final Resampler resampler = new Resampler();

  @ParameterizedTest
  @EnumSource
  void theSameSizeIsTheSamePicture(Filter filter) {
    Pixels noise = Pictures.noise(37, 23, 1);
    assertThat(resample(noise, Framing.whole(37, 23), filter)).isEqualTo(Pictures.of(noise).rgb());
  }

  @ParameterizedTest
  @EnumSource
  void anEvenPictureStaysEven(Filter filter) {
    int[] levels = new int[50 * 40];
    Arrays.fill(levels, 201);
    Pixels even = Pictures.gray(50, 40, levels);
    for (int side : new int[] {1, 7, 50, 111}) {
      assertThat(resample(even, Framing.whole(side, 2 * side), filter)).containsOnly(201);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWindowIsThatPartOfTheWhole(Filter filter) {
    Pixels noise = Pictures.noise(61, 83, 2);
    byte[] whole = resample(noise, Framing.whole(100, 40), filter);
    byte[] window = resample(noise, new Framing(100, 40, 13, 5, 30, 20, 0), filter);
    for (int y = 0; y < 20; y++) {
      int at = 3 * ((y + 5) * 100 + 13);
      assertThat(Arrays.copyOfRange(window, 90 * y, 90 * y + 90))
          .isEqualTo(Arrays.copyOfRange(whole, at, at + 90));
    }
  }

  @Test
  void outsideOfThePictureIsZeroEvenWhereTheBufferWasUsed() {
    Pixels target = Pictures.noise(9, 9, 3);
    Pixels picture = Pictures.gray(2, 1, 10, 20);
    resampler.resample(picture, new Crop(4, 5).frame(2, 1), Filter.BILINEAR, target);
    assertThat(Pictures.red(target))
        .containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 20, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void outsideOfThePictureIsTheBackground() {
    Pixels target = new Pixels();
    Crop crop = new Crop(1, 3, Crop.Centring.TRANSFORMERS, 0xfe8001);
    resampler.resample(Pictures.gray(1, 1, 7), crop.frame(1, 1), Filter.BICUBIC, target);
    assertThat(Pictures.of(target).rgb()).containsExactly(-2, -128, 1, 7, 7, 7, -2, -128, 1);
  }

  @ParameterizedTest
  @CsvSource({
    "TRANSFORMERS, 5, 2, 1",
    "TRANSFORMERS, 7, 2, 2",
    "TRANSFORMERS, 2, 5, -2",
    "TRANSFORMERS_FAST, 7, 2, 2",
    "TRANSFORMERS_FAST, 2, 5, -1",
    "TORCHVISION, 5, 2, 2",
    "TORCHVISION, 7, 2, 2",
    "TORCHVISION, 2, 5, -1",
    "TORCHVISION, 9, 9, 0"
  })
  void oddRestsAreCutAndPaddedAsTheFrameworkDoes(
      Crop.Centring centring, int side, int window, int start) {
    assertThat(centring.start(side, window)).isEqualTo(start);
  }

  @ParameterizedTest
  @EnumSource
  void extremeShapes(Filter filter) {
    Pixels tall = Pictures.noise(1, ImageLimits.MAX_SIDE, 4);
    assertThat(resample(tall, Framing.whole(224, 1), filter)).hasSize(3 * 224);
    Framing sliver = new Crop(224, 224).frame(224, 224 * ImageLimits.MAX_SIDE);
    assertThat(resample(tall, sliver, filter)).hasSize(3 * 224 * 224);
  }

  @Test
  void theCacheStaysWithinItsBound() {
    TapsCache cache = new TapsCache(2000);
    Taps first = cache.get(Span.whole(100), 100, 0, 100, Filter.BILINEAR);
    assertThat(cache.get(Span.whole(100), 100, 0, 100, Filter.BILINEAR)).isSameAs(first);
    for (int in = 200; in < 300; in++) {
      cache.get(Span.whole(in), 100, 0, 100, Filter.BILINEAR);
    }
    assertThat(cache.size()).isBetween(1, 2);
    assertThat(cache.get(Span.whole(100), 100, 0, 100, Filter.BILINEAR)).isNotSameAs(first);
    cache.get(Span.whole(60_000), 1000, 0, 1000, Filter.LANCZOS);
    assertThat(cache.size()).isEqualTo(1);
  }

  private byte[] resample(Pixels source, Framing framing, Filter filter) {
    Pixels target = new Pixels();
    resampler.resample(source, framing, filter, target);
    return Pictures.of(target).rgb();
  }
}
