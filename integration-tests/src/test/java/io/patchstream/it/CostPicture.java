package io.patchstream.it;

import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/** Noise that was enlarged, so that it compresses as photographs do: 70 kB at 500 x 375. */
final class CostPicture {

  private static final double GRAIN = 2.5;

  private CostPicture() {}

  static byte[] jpeg(int width, int height) {
    BufferedImage grains =
        new BufferedImage(
            (int) (width / GRAIN), (int) (height / GRAIN), BufferedImage.TYPE_INT_RGB);
    SplittableRandom random = new SplittableRandom(1);
    for (int y = 0; y < grains.getHeight(); y++) {
      for (int x = 0; x < grains.getWidth(); x++) {
        grains.setRGB(x, y, random.nextInt());
      }
    }
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    var graphics = picture.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    graphics.drawImage(grains, 0, 0, width, height, null);
    graphics.dispose();
    try (ByteArrayOutputStream bytes = new ByteArrayOutputStream()) {
      ImageIO.write(picture, "jpeg", bytes);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
