package io.patchstream.image;

import io.patchstream.image.ImageException.Reason;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/**
 * One image from its encoded bytes to the patches of a Vision Transformer.
 *
 * <p>Not thread-safe: one instance a thread. Its buffers grow to the largest image seen and are
 * used again; a warm instance allocates next to nothing, but for the formats that {@link
 * ImageIoDecoder} reads, a raster an image.
 */
public final class ImageToPatches {

  private record Target(Grid grid, Framing framing) {}

  private final ImageOptions options;
  private final GridRule grids;
  private final float[] levels;
  private final float[] patch;

  private final ImageDecoder decoder = new ImageDecoder();
  private final ColorManagement colors = new ColorManagement();
  private final Resampler resampler = new Resampler();
  private final Pixels stored = new Pixels();
  private final Pixels upright = new Pixels();
  private final Pixels framed = new Pixels();
  private Grid grid;

  /** Allocates little; the buffers come with the first images. */
  public ImageToPatches(ImageOptions options) {
    this.options = options;
    this.grids = new GridRule(options.patchSize(), options.resolution().maxPatches());
    this.levels = options.preprocessing().normalisation().table();
    this.patch = new float[Normalisation.CHANNELS * options.patchSize() * options.patchSize()];
  }

  /**
   * Decodes, manages colours, orients, resizes and crops; the pixels stay inside until the next
   * call.
   *
   * @param encoded a whole file of one of the {@link ImageFormat}s; not kept
   * @param requested the size that the event asks for, or null; only {@link Resolution.Mode#EVENT}
   *     looks at it
   * @throws ImageException if the image cannot be turned into patches; nothing else is thrown,
   *     whatever the bytes are
   */
  public PreparedImage prepare(byte[] encoded, RequestedSize requested) throws ImageException {
    grid = null;
    ImageHeader header = ImageHeader.read(encoded, options.limits());
    Orientation orientation =
        options.exifOrientation() ? header.orientation() : Orientation.UPRIGHT;
    int width = orientation.swapsSides() ? header.height() : header.width();
    int height = orientation.swapsSides() ? header.width() : header.height();
    Target target = target(width, height, requested);
    int reduction = options.reducedDecoding() ? target.framing().reduction(width, height) : 1;
    try {
      int reduced = decoder.decode(encoded, header, reduction, stored);
      if (options.colorManaged()) {
        colors.toSrgb(encoded, header, stored);
      }
      Pixels picture = orientation.apply(stored, upright);
      Span x = Span.reduced(width, reduced, orientation.reversesX());
      Span y = Span.reduced(height, reduced, orientation.reversesY());
      Filter filter = options.preprocessing().filter();
      resampler.resample(picture, x, y, target.framing(), filter, framed);
    } catch (OutOfMemoryError e) {
      // One allocation too large for the heap, not a leak: this image alone cannot be had.
      throw new ImageException(
          Reason.TOO_MANY_PIXELS,
          ("the image's %dx%d pixels do not fit into memory: lower the limit on pixels, or give the"
                  + " process more heap")
              .formatted(width, height),
          e);
    }
    grid = target.grid();
    return new PreparedImage(width, height, grid);
  }

  /** Where an image of this size, upright, is brought to. */
  private Target target(int width, int height, RequestedSize requested) throws ImageException {
    return switch (options.resolution().mode()) {
      case FIXED -> modelSize(width, height);
      case NATIVE -> whole(grids.fitting(width, height));
      case EVENT ->
          requested == null ? modelSize(width, height) : whole(grids.requested(requested));
    };
  }

  private Target modelSize(int width, int height) {
    return new Target(options.modelGrid(), options.preprocessing().frame(width, height));
  }

  private Target whole(Grid grid) {
    int side = options.patchSize();
    return new Target(grid, Framing.whole(grid.columns() * side, grid.rows() * side));
  }

  /**
   * Writes the normalised patches of the image prepared last, [patches, 3*P*P], at the buffer's
   * position and moves it on. Patches are in row-major order; in each, values are [channel, y, x],
   * as a PyTorch convolution's weight [D, 3, P, P] lies when flattened.
   *
   * @throws IllegalStateException if the last {@link #prepare} did not succeed
   * @throws java.nio.BufferOverflowException if less than that is left in the buffer
   */
  public void writePatches(FloatBuffer target) {
    requirePrepared();
    for (int row = 0; row < grid.rows(); row++) {
      for (int column = 0; column < grid.columns(); column++) {
        fillPatch(row, column);
        target.put(patch);
      }
    }
  }

  /**
   * As {@link #writePatches}, for a model that cuts images up itself: planes of red, green and
   * blue, [3, height, width].
   */
  public void writePlanes(FloatBuffer target) {
    requirePrepared();
    int side = options.patchSize();
    int width = grid.columns() * side;
    int plane = grid.rows() * side * width;
    int start = target.position();
    target.position(Math.addExact(start, Normalisation.CHANNELS * plane));
    for (int row = 0; row < grid.rows(); row++) {
      for (int column = 0; column < grid.columns(); column++) {
        fillPatch(row, column);
        int corner = start + row * side * width + column * side;
        for (int line = 0; line < Normalisation.CHANNELS * side; line++) {
          int to = corner + line / side * plane + line % side * width;
          target.put(to, patch, line * side, side);
        }
      }
    }
  }

  /**
   * Writes what the patches of the image prepared last are made of, before it is normalised: bytes
   * [height, width, 3] of red, green and blue, at the buffer's position, which moves on.
   *
   * @throws IllegalStateException if the last {@link #prepare} did not succeed
   * @throws java.nio.BufferOverflowException if less than that is left in the buffer
   */
  public void writeResized(ByteBuffer target) {
    requirePrepared();
    int size = framed.width() * framed.height();
    if (target.remaining() < 3 * size) {
      throw new BufferOverflowException();
    }
    int[] words = framed.words();
    for (int i = 0; i < size; i++) {
      target.put((byte) Pixels.level(words[i], Pixels.RED));
      target.put((byte) Pixels.level(words[i], Pixels.GREEN));
      target.put((byte) Pixels.level(words[i], Pixels.BLUE));
    }
  }

  private void requirePrepared() {
    if (grid == null) {
      throw new IllegalStateException("no image is prepared");
    }
  }

  private void fillPatch(int row, int column) {
    int side = options.patchSize();
    int[] words = framed.words();
    int green = side * side;
    int blue = 2 * green;
    int to = 0;
    for (int y = 0; y < side; y++) {
      int from = (row * side + y) * framed.width() + column * side;
      for (int x = 0; x < side; x++, to++) {
        int word = words[from + x];
        patch[to] = levels[Pixels.level(word, Pixels.RED)];
        patch[to + green] = levels[Normalisation.LEVELS + Pixels.level(word, Pixels.GREEN)];
        patch[to + blue] = levels[2 * Normalisation.LEVELS + Pixels.level(word, Pixels.BLUE)];
      }
    }
  }
}
