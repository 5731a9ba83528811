package io.patchstream.image;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Brings pictures that carry an ICC profile (ICC.1) to sRGB: those of grey and of red, green and
 * blue in JPEG, PNG, WebP and TIFF files.
 *
 * <p>A profile that is damaged, larger than {@link #MAX_BYTES}, or made for other colours than the
 * picture's is as good as none, and a picture without one is in sRGB, as browsers have it. Pictures
 * of inks always keep the plain conversion of {@link RgbConversion}.
 *
 * <p>A transform takes milliseconds to build, as long as 500x375 pixels take to go through it, and
 * a stream of pictures has few different profiles: the ones used last are kept. For one thread.
 */
final class ColorManagement {

  /** Profiles of displays and cameras have a few kilobytes, those of printers up to 3 MB. */
  static final int MAX_BYTES = 4 << 20;

  private static final int KEPT = 8;

  private final MessageDigest sha256 = sha256();

  /** By the hash of the profile, the one used last at the end. */
  private final Map<ByteBuffer, Optional<SrgbTransform>> transforms =
      new LinkedHashMap<>(2 * KEPT, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Optional<SrgbTransform>> eldest) {
          return size() > KEPT;
        }
      };

  /** Turns the pixels of a decoded file into sRGB, where they are something else. */
  void toSrgb(byte[] encoded, ImageHeader header, Pixels pixels) throws ImageException {
    byte[] profile = profile(encoded, header.format());
    if (profile == null || profile.length > MAX_BYTES) {
      return;
    }
    ByteBuffer hash = ByteBuffer.wrap(sha256.digest(profile));
    transforms
        .computeIfAbsent(hash, missing -> SrgbTransform.of(profile))
        .filter(transform -> transform.isFor(header.coding()))
        .ifPresent(transform -> transform.apply(pixels));
  }

  private static byte[] profile(byte[] encoded, ImageFormat format) throws ImageException {
    return switch (format) {
      case JPEG -> JpegHeader.profile(encoded);
      case PNG -> PngHeader.profile(encoded, MAX_BYTES);
      case WEBP -> WebpHeader.profile(encoded);
      case TIFF -> TiffHeader.profile(encoded);
      case GIF, BMP -> null;
    };
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
