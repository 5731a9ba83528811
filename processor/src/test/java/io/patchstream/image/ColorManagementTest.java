package io.patchstream.image;

import static io.patchstream.image.Pngs.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ColorManagementTest {

  private static final ImageLimits LIMITS = new ImageLimits(1 << 24, 1 << 20);

  /** sRGB's primaries under other names: what is stored as green is red, and so on. */
  private static final double[][] TURNED = {
    IccProfiles.SRGB[1], IccProfiles.SRGB[2], IccProfiles.SRGB[0]
  };

  private final ImageDecoder decoder = new ImageDecoder();
  private final ColorManagement colors = new ColorManagement();

  @Test
  void turnedPrimariesTurnTheChannels() throws Exception {
    Golden.Picture stored = Golden.expected("rgb_97x211.png/decoded");
    byte[] png = withIccp(Golden.image("rgb_97x211.png"), IccProfiles.rgb(TURNED, 1.8));

    byte[] managed = managed(png);

    for (int i = 0; i < managed.length; i += 3) {
      assertLevel(managed[i], srgb(light(stored.rgb()[i + 2], 1.8)));
      assertLevel(managed[i + 1], srgb(light(stored.rgb()[i], 1.8)));
      assertLevel(managed[i + 2], srgb(light(stored.rgb()[i + 1], 1.8)));
    }
  }

  @Test
  void aWideGamutIsBroughtIntoTheNarrowOne() throws Exception {
    Golden.Picture stored = Golden.expected("rgb_97x211.png/decoded");
    double gamma = 2.19921875;
    byte[] profile = IccProfiles.rgb(IccProfiles.ADOBE_RGB, gamma);

    byte[] managed = managed(withIccp(Golden.image("rgb_97x211.png"), profile));

    // Adobe RGB's green and blue reach beyond sRGB's in red alone: its matrix to linear sRGB.
    double[][] matrix = {
      {1.39836, -0.39836, 0}, {0, 1, 0}, {0, -0.04293, 1.04293},
    };
    for (int i = 0; i < managed.length; i += 3) {
      for (int channel = 0; channel < 3; channel++) {
        double light = 0;
        for (int from = 0; from < 3; from++) {
          light += matrix[channel][from] * light(stored.rgb()[i + from], gamma);
        }
        assertLevel(managed[i + channel], srgb(light));
      }
    }
  }

  @Test
  void greyHasProfilesOfItsOwn() throws Exception {
    byte[] managed = managed(withIccp(Golden.image("gray.png"), IccProfiles.gray(1)));

    byte[] stored = Golden.expected("gray.png/decoded").rgb();
    for (int i = 0; i < managed.length; i++) {
      assertLevel(managed[i], srgb(light(stored[i], 1)));
    }
  }

  @Test
  void palettesAreColoursLikeOthers() throws Exception {
    byte[] managed = managed(withIccp(Golden.image("palette.png"), IccProfiles.rgb(TURNED, 1.8)));

    byte[] stored = Golden.expected("palette.png/decoded").rgb();
    for (int i = 0; i < managed.length; i += 3) {
      assertLevel(managed[i], srgb(light(stored[i + 2], 1.8)));
    }
  }

  @Test
  void profilesAreFoundInEveryFormat() throws Exception {
    byte[] profile = IccProfiles.rgb(TURNED, 1.8);
    assertManagedLikePng(
        withApp2(Golden.image("q90_444.jpg"), parts(profile, 120, 2, 1, 3)), "q90_444.jpg");
    assertManagedLikePng(withTag(Golden.image("tiff.tiff"), profile), "tiff.tiff");
    assumeTrue(LeptonicaDecoder.isAvailable(), "no natives for this platform");
    assertManagedLikePng(withIccpChunk(Golden.image("webp.webp"), profile), "webp.webp");
  }

  /** Whatever the container, the transform is the same. */
  private void assertManagedLikePng(byte[] tagged, String name) throws ImageException {
    Pixels pixels = decoded(Golden.image(name));
    SrgbTransform.of(IccProfiles.rgb(TURNED, 1.8)).orElseThrow().apply(pixels);
    byte[] managed = managed(tagged);
    assertThat(managed).isEqualTo(Pictures.of(pixels).rgb());
    assertThat(managed).isNotEqualTo(Pictures.of(decoded(tagged)).rgb());
  }

  @Test
  void aProfileForOtherColoursIsIgnored() throws Exception {
    byte[] rgb = IccProfiles.rgb(TURNED, 1.8);
    assertUnmanaged(withIccp(Golden.image("gray.png"), rgb));
    assertUnmanaged(withIccp(Golden.image("rgb_97x211.png"), IccProfiles.gray(1)));
    assertUnmanaged(withApp2(Golden.image("cmyk.jpg"), parts(rgb, 1000, 1)));
  }

  @Test
  void aJpegsProfileOfWhichPartsAreMissingIsIgnored() throws Exception {
    byte[] profile = IccProfiles.rgb(TURNED, 1.8);
    byte[] jpeg = Golden.image("q90_444.jpg");
    assertUnmanaged(withApp2(jpeg, parts(profile, 120, 1, 2)));
    assertUnmanaged(withApp2(jpeg, parts(profile, 120, 1, 3, 3)));
    assertUnmanaged(withApp2(jpeg, List.of("ICC_PROFILE\0".getBytes(StandardCharsets.US_ASCII))));
  }

  @Test
  void aProfileIsReadUpToALimit() throws Exception {
    byte[] png = Golden.image("tiny_9x7.png");
    int most = ColorManagement.MAX_BYTES - IccProfiles.rgb(TURNED, 1.8, 0).length;
    byte[] largest = withIccp(png, IccProfiles.rgb(TURNED, 1.8, most));
    assertThat(managed(largest)).isNotEqualTo(Pictures.of(decoded(largest)).rgb());
    assertUnmanaged(withIccp(png, IccProfiles.rgb(TURNED, 1.8, most + 4)));
  }

  @Test
  void anIccpChunkThatIsNotPackedIsIgnored() throws Exception {
    byte[] png = Golden.image("tiny_9x7.png");
    for (byte[] chunk : List.of(bytes(), bytes(1), bytes('x', 0), bytes('x', 0, 0, 1, 2, 3))) {
      assertUnmanaged(withChunk(png, "iCCP", chunk));
    }
  }

  /** Either the damage does not show, or the profile is as good as none. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void damagedProfilesRaiseNothing(boolean gray) throws Exception {
    byte[] whole = gray ? IccProfiles.gray(1.8) : IccProfiles.rgb(TURNED, 1.8);
    byte[] png = Golden.image(gray ? "gray.png" : "tiny_9x7.png");
    Random random = new Random(5);
    int ignored = 0;
    for (int i = 0; i < 300; i++) {
      byte[] profile = whole.clone();
      for (int j = 0; j <= i % 5; j++) {
        profile[random.nextInt(profile.length)] = (byte) random.nextInt(256);
      }
      byte[] cut = i % 10 == 0 ? Arrays.copyOf(profile, random.nextInt(profile.length)) : profile;
      byte[] tagged = withIccp(png, cut);
      ignored += Arrays.equals(managed(tagged), Pictures.of(decoded(tagged)).rgb()) ? 1 : 0;
    }
    assertThat(ignored).isBetween(30, 290);
  }

  /** More profiles than are kept, in turns. */
  @Test
  void manyProfilesKeepApart() throws Exception {
    byte[] png = Pngs.of(1, 1, 8, 2).rows(bytes(128, 128, 128)).end();
    for (int round = 0; round < 2; round++) {
      for (double gamma = 1; gamma < 2.5; gamma += 0.125) {
        byte[] managed = managed(withIccp(png, IccProfiles.rgb(IccProfiles.SRGB, gamma)));
        assertLevel(managed[0], srgb(light((byte) 128, gamma)));
      }
    }
  }

  @Test
  void managingIsASetting() throws Exception {
    byte[] png = withIccp(Golden.image("rgb_97x211.png"), IccProfiles.rgb(TURNED, 1.8));
    assertThat(resized(png, false)).isEqualTo(resized(Golden.image("rgb_97x211.png"), false));
    assertThat(resized(png, true)).isNotEqualTo(resized(png, false));
  }

  private static byte[] resized(byte[] encoded, boolean colorManaged) throws ImageException {
    Preprocessing preprocessing =
        new Preprocessing(
            new Resize.Exact(16, 16),
            Filter.BILINEAR,
            new Crop(16, 16),
            new Normalisation(1, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0)));
    Resolution fixed = new Resolution(Resolution.Mode.FIXED, 1);
    ImageToPatches images =
        new ImageToPatches(
            new ImageOptions(preprocessing, 16, fixed, LIMITS, true, colorManaged, false));
    images.prepare(encoded, null);
    ByteBuffer resized = ByteBuffer.allocate(3 * 16 * 16);
    images.writeResized(resized);
    return resized.array();
  }

  private byte[] managed(byte[] encoded) throws ImageException {
    Pixels pixels = decoded(encoded);
    colors.toSrgb(encoded, ImageHeader.read(encoded, LIMITS), pixels);
    return Pictures.of(pixels).rgb();
  }

  private Pixels decoded(byte[] encoded) throws ImageException {
    Pixels pixels = new Pixels();
    decoder.decode(encoded, ImageHeader.read(encoded, LIMITS), pixels);
    return pixels;
  }

  private void assertUnmanaged(byte[] encoded) throws ImageException {
    assertThat(managed(encoded)).isEqualTo(Pictures.of(decoded(encoded)).rgb());
  }

  private static double light(byte level, double gamma) {
    return Math.pow((level & 0xff) / 255.0, gamma);
  }

  /** IEC 61966-2-1, to a level of 0 to 255. */
  private static double srgb(double light) {
    double within = Math.max(0, Math.min(1, light));
    double sample =
        within <= 0.0031308 ? 12.92 * within : 1.055 * Math.pow(within, 1 / 2.4) - 0.055;
    return 255 * sample;
  }

  private static void assertLevel(byte level, double expected) {
    assertThat((double) (level & 0xff)).isCloseTo(expected, within(1.6));
  }

  static byte[] withIccp(byte[] png, byte[] profile) throws Exception {
    ByteArrayOutputStream chunk = new ByteArrayOutputStream();
    chunk.writeBytes(bytes('x', 0, 0));
    try (DeflaterOutputStream zlib = new DeflaterOutputStream(chunk)) {
      zlib.write(profile);
    }
    return withChunk(png, "iCCP", chunk.toByteArray());
  }

  /** Behind the header. */
  private static byte[] withChunk(byte[] png, String name, byte[] data) {
    byte[] chunk = Pngs.of(1, 1, 8, 0).chunk(name, data).cut();
    return joined(
        Arrays.copyOf(png, 33), Arrays.copyOfRange(chunk, 33, chunk.length), tail(png, 33));
  }

  /** APP2 segments that hold these parts of a profile, counted from 1. */
  static List<byte[]> parts(byte[] profile, int size, int... numbers) {
    int count = (profile.length + size - 1) / size;
    return Arrays.stream(numbers)
        .mapToObj(
            number -> {
              int from = size * (number - 1);
              byte[] name = "ICC_PROFILE\0".getBytes(StandardCharsets.US_ASCII);
              int end = Math.min(from + size, profile.length);
              return joined(name, bytes(number, count), Arrays.copyOfRange(profile, from, end));
            })
        .toList();
  }

  static byte[] withApp2(byte[] jpeg, List<byte[]> contents) {
    byte[] tagged = Arrays.copyOf(jpeg, 2);
    for (byte[] content : contents) {
      int length = content.length + 2;
      tagged = joined(tagged, bytes(0xff, 0xe2, length >> 8, length), content);
    }
    return joined(tagged, tail(jpeg, 2));
  }

  /** In the extended format, in front of the picture. */
  static byte[] withIccpChunk(byte[] webp, byte[] profile) throws ImageException {
    ImageHeader header = ImageHeader.read(webp, LIMITS);
    int padded = profile.length + (profile.length & 1);
    ByteBuffer chunks =
        ByteBuffer.allocate(12 + 18 + 8 + padded + webp.length - 12).order(ByteOrder.LITTLE_ENDIAN);
    chunks.put(webp, 0, 4).putInt(chunks.capacity() - 8).put(webp, 8, 4);
    chunks.put("VP8X".getBytes(StandardCharsets.US_ASCII)).putInt(10).putInt(0x20);
    chunks.putShort((short) (header.width() - 1)).put((byte) 0);
    chunks.putShort((short) (header.height() - 1)).put((byte) 0);
    chunks.put("ICCP".getBytes(StandardCharsets.US_ASCII)).putInt(profile.length).put(profile);
    chunks.position(12 + 18 + 8 + padded).put(webp, 12, webp.length - 12);
    return chunks.array();
  }

  /** With a new directory at the end, which has one entry more. */
  static byte[] withTag(byte[] tiff, byte[] profile) {
    ByteBuffer file =
        ByteBuffer.allocate(tiff.length + profile.length + 2000).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(tiff[0]).isEqualTo((byte) 'I');
    file.put(tiff).put(profile);
    int directory = file.position() + (file.position() & 1);
    int old = file.getInt(4);
    int entries = file.getShort(old);
    file.putInt(4, directory).position(directory).putShort((short) (entries + 1));
    file.put(tiff, old + 2, 12 * entries);
    file.putShort((short) 34_675).putShort((short) 7).putInt(profile.length).putInt(tiff.length);
    return file.array();
  }

  private static byte[] tail(byte[] bytes, int from) {
    return Arrays.copyOfRange(bytes, from, bytes.length);
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      whole.writeBytes(part);
    }
    return whole.toByteArray();
  }
}
