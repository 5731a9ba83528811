package io.patchstream.image;

import io.patchstream.image.ImageException.Reason;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;

/**
 * Decodes JPEG, GIF, BMP and TIFF with the JDK's own ImageIO. Samples are taken as they are stored
 * and turned into RGB by {@link RgbConversion}: ImageIO's own conversions apply colour profiles,
 * which the pictures that checkpoints are trained on never saw applied.
 *
 * <p>What is allocated once warm is ImageIO's own: a raster an image, and some tables. For one
 * thread.
 */
final class ImageIoDecoder {

  private final RgbConversion conversion = new RgbConversion();
  private ImageReader jpeg;
  private final Map<ImageFormat, ImageReader> readers = new EnumMap<>(ImageFormat.class);
  private final Pixels part = new Pixels();
  private boolean premature;

  /**
   * Decodes the picture as it is stored, before its orientation.
   *
   * @throws ImageException {@link Reason#CORRUPT} for whatever goes wrong
   */
  void decode(byte[] encoded, ImageHeader header, Pixels into) throws ImageException {
    boolean decoded = false;
    try {
      switch (header.format()) {
        case JPEG -> decodeJpeg(encoded, header, into);
        case WEBP ->
            throw new ImageException(
                Reason.UNSUPPORTED_FORMAT, "WebP is not read on this platform: send JPEG or PNG");
        default -> decodeImage(encoded, header, into);
      }
      decoded = true;
    } catch (IOException | RuntimeException | StackOverflowError e) {
      throw new ImageException(
          Reason.CORRUPT, "the %s image cannot be decoded: %s".formatted(header.format(), e), e);
    } finally {
      if (!decoded) {
        // A reader's state is unknown after an error: the next image gets a new one.
        forget();
      }
    }
  }

  private void decodeJpeg(byte[] encoded, ImageHeader header, Pixels into)
      throws IOException, ImageException {
    if (jpeg == null) {
      jpeg = reader("jpeg");
      // libjpeg goes on with grey where data ran out, and only warns; its words are not translated.
      jpeg.addIIOReadWarningListener((reader, warning) -> premature |= isPremature(warning));
    }
    premature = false;
    Raster raster = read(jpeg, encoded, () -> jpeg.readRaster(0, null));
    if (premature) {
      throw new ImageException(
          Reason.CORRUPT,
          "the JPEG image cannot be decoded: its data ends before the picture does");
    }
    checkSize(raster, header);
    conversion.convert(raster, header.coding(), null, into);
  }

  private void decodeImage(byte[] encoded, ImageHeader header, Pixels into)
      throws IOException, ImageException {
    ImageReader reader =
        readers.computeIfAbsent(
            header.format(), format -> reader(format.name().toLowerCase(Locale.ROOT)));
    BufferedImage image = read(reader, encoded, () -> reader.read(0));
    checkSize(image.getRaster(), header);
    IndexColorModel palette = palette(encoded, header, image);
    boolean unindexed = header.coding() == ColorCoding.PALETTE && palette == null;
    // Where a palette is all greys in order, ImageIO takes it for none.
    ColorCoding coding = unindexed ? ColorCoding.GRAY : header.coding();
    if (header.isWhole()) {
      conversion.convert(image.getRaster(), coding, palette, into);
    } else {
      conversion.convert(image.getRaster(), coding, palette, part);
      // Where a GIF's frame leaves its screen open, Pillow shows the transparent colour, or the
      // first.
      int open = Math.max(palette.getTransparentPixel(), 0);
      into.compose(header.width(), header.height(), part, header.frame(), palette.getRGB(open));
    }
  }

  private static IndexColorModel palette(byte[] encoded, ImageHeader header, BufferedImage image)
      throws ImageException {
    if (!(image.getColorModel() instanceof IndexColorModel)) {
      return null;
    }
    IndexColorModel own = header.format() == ImageFormat.TIFF ? TiffHeader.palette(encoded) : null;
    return own != null ? own : (IndexColorModel) image.getColorModel();
  }

  private static ImageReader reader(String format) {
    return ImageIO.getImageReadersByFormatName(format).next();
  }

  private static boolean isPremature(String warning) {
    return warning.contains("premature end") || warning.contains("Missing EOI");
  }

  @FunctionalInterface
  private interface Reading<T> {
    T read() throws IOException;
  }

  /** One image, without its metadata: a compressed comment could be of any size. */
  private static <T> T read(ImageReader reader, byte[] encoded, Reading<T> reading)
      throws IOException {
    reader.setInput(new ByteArrayImageStream(encoded), true, true);
    try {
      return reading.read();
    } finally {
      reader.setInput(null);
    }
  }

  private static void checkSize(Raster raster, ImageHeader header) throws ImageException {
    Frame frame = header.frame();
    if (raster.getWidth() != frame.width() || raster.getHeight() != frame.height()) {
      throw new ImageException(
          Reason.CORRUPT,
          "the %s image has %dx%d pixels where its header gives %dx%d"
              .formatted(
                  header.format(),
                  raster.getWidth(),
                  raster.getHeight(),
                  frame.width(),
                  frame.height()));
    }
  }

  private void forget() {
    if (jpeg != null) {
      jpeg.dispose();
    }
    jpeg = null;
    readers.values().forEach(ImageReader::dispose);
    readers.clear();
  }
}
