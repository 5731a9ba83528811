package io.patchstream.ops.page;

import io.patchstream.image.Crop;
import io.patchstream.image.Filter;
import io.patchstream.image.ImageException;
import io.patchstream.image.ImageLimits;
import io.patchstream.image.ImageOptions;
import io.patchstream.image.ImageToPatches;
import io.patchstream.image.Normalisation;
import io.patchstream.image.PreparedImage;
import io.patchstream.image.Preprocessing;
import io.patchstream.image.RequestedSize;
import io.patchstream.image.Resize;
import io.patchstream.image.Resolution;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Makes small JPEGs of pictures of any format, decoded as they are for the model. */
final class Thumbnail {

  /** The longer side, in pixels. */
  static final int SIDE = 96;

  private static final float QUALITY = 0.82f;

  private final ImageOptions options;

  /**
   * Thumbnails of pictures that were classified.
   *
   * @param limits larger ones have none
   * @param exifOrientation whether they are turned upright, as the model sees them
   */
  Thumbnail(ImageLimits limits, boolean exifOrientation) {
    // A patch is a pixel, so that the grid of patches is the size that is asked for.
    Preprocessing asItIs =
        new Preprocessing(
            new Resize.None(),
            Filter.BILINEAR,
            new Crop(1, 1),
            new Normalisation(1, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0)));
    Resolution asked = new Resolution(Resolution.Mode.EVENT, SIDE * SIDE);
    options = new ImageOptions(asItIs, 1, asked, limits, exifOrientation, false, true);
  }

  /**
   * A JPEG whose sides are {@value #SIDE} pixels at most; a smaller picture keeps its size.
   *
   * @param width of the picture, upright
   * @param height of the picture, upright
   * @throws ImageException if the picture is beyond the limits, or cannot be decoded after all
   */
  byte[] of(byte[] encoded, int width, int height) throws ImageException {
    double scale = Math.min(1, (double) SIDE / Math.max(width, height));
    RequestedSize size =
        new RequestedSize(
            (int) Math.max(1, Math.round(scale * width)),
            (int) Math.max(1, Math.round(scale * height)));
    // Of its own: buffers that have grown to a large picture are not kept for the next.
    ImageToPatches pixels = new ImageToPatches(options);
    PreparedImage prepared = pixels.prepare(encoded, size);
    int columns = prepared.grid().columns();
    int rows = prepared.grid().rows();
    ByteBuffer bytes = ByteBuffer.allocate(3 * rows * columns);
    pixels.writeResized(bytes);
    return jpeg(bytes.array(), columns, rows);
  }

  private static byte[] jpeg(byte[] rgb, int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < width * height; i++) {
      int word = (rgb[3 * i] & 255) << 16 | (rgb[3 * i + 1] & 255) << 8 | rgb[3 * i + 2] & 255;
      image.setRGB(i % width, i / width, word);
    }
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam quality = writer.getDefaultWriteParam();
    quality.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    quality.setCompressionQuality(QUALITY);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(file)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), quality);
    } catch (IOException e) {
      throw new IllegalStateException("an image is written to memory", e);
    } finally {
      writer.dispose();
    }
    return file.toByteArray();
  }
}
