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

  /**
   * Decodes the picture as it is stored, before its orientation.
   *
   * @throws ImageException {@link Reason#CORRUPT} for whatever goes wrong
   */
  void decode(byte[] encoded, ImageHeader header, Pixels into) throws ImageException {
    if (header.format() == ImageFormat.PNG) {
      png.decode(encoded, header, into);
      return;
    }
    if (leptonica.decode(encoded, header, into)) {
      return;
    }
    if (header.format() == ImageFormat.WEBP && LeptonicaDecoder.isAvailable()) {
      throw new ImageException(
          Reason.CORRUPT, "the WebP image cannot be decoded: its data is damaged");
    }
    imageIo.decode(encoded, header, into);
  }
}
