package io.patchstream.image;

import io.patchstream.image.ImageException.Reason;

/**
 * Encoded bytes to pixels. PNG has {@link PngDecoder}. JPEG and WebP go through {@link
 * LeptonicaDecoder} where its natives are there; whatever it does not read, and whatever it finds
 * damaged, goes to {@link ImageIoDecoder}, which tells what can be tolerated from what cannot. For
 * one thread.
 */
final class ImageDecoder {

  private final PngDecoder png = new PngDecoder();
  private final LeptonicaDecoder leptonica = new LeptonicaDecoder();
  private final ImageIoDecoder imageIo = new ImageIoDecoder();

  /** Decodes the picture as it is stored, at its full size. */
  void decode(byte[] encoded, ImageHeader header, Pixels into) throws ImageException {
    decode(encoded, header, LeptonicaDecoder.FULL_SIZE, into);
  }

  /**
   * Decodes the picture as it is stored, before its orientation.
   *
   * @param reduction 1, 2, 4 or 8: by what the sides may come out divided, rounded up
   * @return by what they are: {@code reduction}, or 1
   * @throws ImageException {@link Reason#CORRUPT} for whatever goes wrong
   */
  int decode(byte[] encoded, ImageHeader header, int reduction, Pixels into) throws ImageException {
    if (header.format() == ImageFormat.PNG) {
      png.decode(encoded, header, into);
      return LeptonicaDecoder.FULL_SIZE;
    }
    if (leptonica.decode(encoded, header, reduction, into)) {
      return header.format() == ImageFormat.JPEG ? reduction : LeptonicaDecoder.FULL_SIZE;
    }
    if (header.format() == ImageFormat.WEBP && LeptonicaDecoder.isAvailable()) {
      throw new ImageException(
          Reason.CORRUPT, "the WebP image cannot be decoded: its data is damaged");
    }
    imageIo.decode(encoded, header, into);
    return LeptonicaDecoder.FULL_SIZE;
  }
}
