package io.patchstream.plots;

import io.patchstream.image.Grid;
import io.patchstream.image.ImageException;
import io.patchstream.image.ImageToPatches;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * An image as the model sees it.
 *
 * @param patches normalised, [patches, 3*P*P], direct
 * @param picture the same before it was normalised
 */
record SeenImage(FloatBuffer patches, BufferedImage picture) {

  private static final int CHANNELS = 3;

  /**
   * Decodes, resizes and normalises it, as for production.
   *
   * @param encoded a whole file
   * @throws ImageException if the image cannot be turned into patches
   */
  static SeenImage of(byte[] encoded, ImageToPatches toPatches, int patchSize)
      throws ImageException {
    Grid grid = toPatches.prepare(encoded, null).grid();
    int height = grid.rows() * patchSize;
    int width = grid.columns() * patchSize;
    FloatBuffer patches =
        ByteBuffer.allocateDirect(CHANNELS * height * width * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    toPatches.writePatches(patches);
    ByteBuffer pixels = ByteBuffer.allocate(CHANNELS * height * width);
    toPatches.writeResized(pixels);
    return new SeenImage(patches.flip(), picture(pixels.array(), width, height));
  }

  private static BufferedImage picture(byte[] pixels, int width, int height) {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < width * height; i++) {
      int red = pixels[CHANNELS * i] & 0xff;
      int green = pixels[CHANNELS * i + 1] & 0xff;
      int blue = pixels[CHANNELS * i + 2] & 0xff;
      picture.setRGB(i % width, i / width, red << 16 | green << 8 | blue);
    }
    return picture;
  }
}
