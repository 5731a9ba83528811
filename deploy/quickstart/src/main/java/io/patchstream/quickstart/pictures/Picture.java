package io.patchstream.quickstart.pictures;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * A drawn picture, and what is on it.
 *
 * @param classIndex index into {@link PictureGenerator#classes}
 * @param label the class's name
 * @param width in pixels
 * @param height in pixels
 * @param rgb the pixels, row by row, three bytes each: [height, width, 3]
 */
public record Picture(int classIndex, String label, int width, int height, byte[] rgb) {

  /** The picture as a PNG file. */
  public byte[] png() {
    return encode("png", Float.NaN);
  }

  /**
   * The picture as a JPEG file.
   *
   * @param quality 0 to 1
   */
  public byte[] jpeg(float quality) {
    return encode("jpeg", quality);
  }

  private byte[] encode(String format, float quality) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(file)) {
      ImageWriteParam options = writer.getDefaultWriteParam();
      if (!Float.isNaN(quality)) {
        options.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        options.setCompressionQuality(quality);
      }
      writer.setOutput(out);
      writer.write(null, new IIOImage(image(), null, null), options);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory does not fail", e);
    } finally {
      writer.dispose();
    }
    return file.toByteArray();
  }

  private BufferedImage image() {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = 3 * (y * width + x);
        row[x] = (rgb[at] & 0xff) << 16 | (rgb[at + 1] & 0xff) << 8 | rgb[at + 2] & 0xff;
      }
      image.setRGB(0, y, width, 1, row, 0, width);
    }
    return image;
  }
}
