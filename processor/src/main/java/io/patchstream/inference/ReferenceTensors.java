package io.patchstream.inference;

import io.patchstream.image.Grid;
import io.patchstream.model.safetensors.SafetensorsFile;
import io.patchstream.model.tensors.TensorException;
import io.patchstream.model.tensors.TensorInfo;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a model's own framework gave: the tensors {@code CASE/WHAT} of a safetensors file. */
final class ReferenceTensors {

  private static final String PIXEL_VALUES = "pixel_values";

  private final SafetensorsFile file;
  private final Set<String> unused;

  ReferenceTensors(SafetensorsFile file) {
    this.file = file;
    this.unused = new LinkedHashSet<>(file.tensors().keySet());
  }

  /** The cases in the file's order: what stands before the last slash of the tensors' names. */
  Set<String> testCases() {
    Set<String> names = new LinkedHashSet<>();
    for (String tensor : file.tensors().keySet()) {
      names.add(tensor.substring(0, Math.max(0, tensor.lastIndexOf('/'))));
    }
    return names;
  }

  boolean has(String testCase, String what) {
    return file.tensors().containsKey(testCase + "/" + what);
  }

  boolean hasPixels(String testCase) {
    return has(testCase, PIXEL_VALUES);
  }

  /** Tensors that were neither compared nor run. */
  Set<String> unused() {
    return unused;
  }

  /**
   * The pixels of a case, [N, 3, H, W], as the graph takes them, [N, patches, 3*P*P]; direct.
   *
   * @throws TensorException if they do not have the size of the grid
   */
  FloatBuffer patches(String testCase, Grid grid, int side) throws IOException {
    float[] pixels = pixels(testCase, grid, side);
    return patches(pixels, grid.rows() * side, grid.columns() * side, side);
  }

  /**
   * The pixels of a case as they are, [N, 3, H, W]; direct.
   *
   * @throws TensorException if they do not have the size of the grid
   */
  FloatBuffer planes(String testCase, Grid grid, int side) throws IOException {
    float[] pixels = pixels(testCase, grid, side);
    return DirectBuffers.floats(pixels.length).put(pixels).flip();
  }

  private float[] pixels(String testCase, Grid grid, int side) throws IOException {
    String name = testCase + "/" + PIXEL_VALUES;
    List<Long> shape = file.tensors().get(name).shape();
    if (shape.size() != 4
        || shape.get(0) < 1
        || shape.get(1) != 3
        || shape.get(2) / side != grid.rows()
        || shape.get(3) / side != grid.columns()) {
      throw wrong(
          name,
          "has the shape %s instead of [N, 3, %d, %d]"
              .formatted(shape, (long) grid.rows() * side, (long) grid.columns() * side));
    }
    unused.remove(name);
    int height = Math.toIntExact(shape.get(2));
    int width = Math.toIntExact(shape.get(3));
    return wholePatches(file.floats(name), height, width, grid, side);
  }

  /** Without what is right of and below the last whole patch. */
  private static float[] wholePatches(
      float[] pixels, int fromHeight, int fromWidth, Grid grid, int side) {
    int height = grid.rows() * side;
    int width = grid.columns() * side;
    if (height == fromHeight && width == fromWidth) {
      return pixels;
    }
    int planes = pixels.length / (fromHeight * fromWidth);
    float[] whole = new float[planes * height * width];
    for (int line = 0; line < planes * height; line++) {
      int from = (line / height * fromHeight + line % height) * fromWidth;
      System.arraycopy(pixels, from, whole, line * width, width);
    }
    return whole;
  }

  private static FloatBuffer patches(float[] pixels, int height, int width, int side) {
    FloatBuffer patches = DirectBuffers.floats(pixels.length);
    int images = pixels.length / (3 * height * width);
    for (int image = 0; image < images; image++) {
      for (int top = 0; top < height; top += side) {
        for (int left = 0; left < width; left += side) {
          for (int channel = 0; channel < 3; channel++) {
            int plane = (image * 3 + channel) * height;
            for (int y = top; y < top + side; y++) {
              patches.put(pixels, (plane + y) * width + left, side);
            }
          }
        }
      }
    }
    return patches.flip();
  }

  /**
   * Compares a tensor with what the model gives here.
   *
   * @param shape of {@code here}
   * @throws TensorException if the reference has another shape
   */
  Verification.Comparison compare(String testCase, String what, List<Long> shape, float[] here)
      throws IOException {
    String name = testCase + "/" + what;
    TensorInfo reference = file.tensors().get(name);
    if (!reference.shape().equals(shape)) {
      throw wrong(name, "has the shape " + reference.shape() + ", but the model gives " + shape);
    }
    unused.remove(name);
    float difference = largestDifference(file.floats(name), here);
    return new Verification.Comparison(testCase, what, shape, difference);
  }

  private static float largestDifference(float[] reference, float[] here) {
    float largest = 0;
    for (int i = 0; i < here.length; i++) {
      float difference = Math.abs(reference[i] - here[i]);
      largest =
          Float.isFinite(difference) ? Math.max(largest, difference) : Float.POSITIVE_INFINITY;
    }
    return largest;
  }

  /** An error in the file, at a tensor or a case. */
  TensorException wrong(String name, String what) {
    return new TensorException(file.path() + ": \"" + name + "\" " + what);
  }
}
