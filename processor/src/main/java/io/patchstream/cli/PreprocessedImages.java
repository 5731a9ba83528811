package io.patchstream.cli;

import io.patchstream.image.Grid;
import io.patchstream.image.ImageException;
import io.patchstream.image.ImageLimits;
import io.patchstream.image.ImageOptions;
import io.patchstream.image.ImageToPatches;
import io.patchstream.image.Preprocessing;
import io.patchstream.image.Resolution;
import io.patchstream.model.safetensors.SafetensorsWriter;
import io.patchstream.model.tensors.Dtype;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/** Images as the tensors that a model's own framework would make of them. */
final class PreprocessedImages {

  /** What a model sees does not hang on its patches: those of a pixel tile any size. */
  private static final int PIXEL = 1;

  private static final int CHANNELS = 3;

  private final ImageToPatches toPatches;

  PreprocessedImages(Preprocessing preprocessing, ImageLimits limits, boolean exifOrientation) {
    Resolution own = new Resolution(Resolution.Mode.FIXED, 1);
    toPatches =
        new ImageToPatches(new ImageOptions(preprocessing, PIXEL, own, limits, exifOrientation));
  }

  /**
   * Adds {@code NAME/pixel_values} [3, H, W] and {@code NAME/resized} [H, W, 3] of one image.
   *
   * @throws ImageException if the image cannot be turned into patches; then nothing is added
   */
  void add(String name, byte[] encoded, SafetensorsWriter tensors) throws ImageException {
    Grid pixels = toPatches.prepare(encoded, null).grid();
    FloatBuffer patches = FloatBuffer.allocate(CHANNELS * pixels.patches());
    toPatches.writePatches(patches);
    ByteBuffer resized = ByteBuffer.allocate(CHANNELS * pixels.patches());
    toPatches.writeResized(resized);
    int height = pixels.rows();
    int width = pixels.columns();
    tensors.add(name + "/pixel_values", planes(patches.array()), CHANNELS, height, width);
    tensors.add(name + "/resized", Dtype.U8, resized, height, width, CHANNELS);
  }

  /** [pixels, 3] to [3, pixels]. */
  private static float[] planes(float[] patches) {
    float[] planes = new float[patches.length];
    int pixels = patches.length / CHANNELS;
    for (int i = 0; i < patches.length; i++) {
      planes[i % CHANNELS * pixels + i / CHANNELS] = patches[i];
    }
    return planes;
  }
}
