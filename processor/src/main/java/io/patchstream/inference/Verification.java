package io.patchstream.inference;

import ai.onnxruntime.OrtException;
import io.patchstream.image.Grid;
import io.patchstream.image.ImageOptions;
import io.patchstream.model.Model;
import io.patchstream.model.OnnxGraph;
import io.patchstream.model.PositionTables;
import io.patchstream.model.safetensors.SafetensorsException;
import io.patchstream.model.safetensors.SafetensorsFile;
import io.patchstream.model.safetensors.TensorInfo;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares a model, as it is run here, with reference tensors that its own framework gave.
 *
 * <p>The reference is one safetensors file. For a size it holds {@code HxW/pixel_values} [N, 3, H,
 * W], already normalised, and any of {@code HxW/position_embeddings} [1, tokens, D], {@code
 * HxW/cls_embedding} [N, D] and {@code HxW/logits} [N, classes]; for a picture {@code
 * file:NAME/cls_embedding} [1, D] and {@code file:NAME/logits} [1, classes], from the file's bytes.
 */
public final class Verification {

  private static final String PIXEL_VALUES = "pixel_values";
  private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,5})x([1-9]\\d{0,5})");
  private static final String FILE = "file:";

  private final Model model;
  private final ImageOptions images;
  private final EngineOptions options;
  private final SafetensorsFile cases;
  private final Set<String> notCompared;
  private final List<Comparison> comparisons = new ArrayList<>();

  private Verification(
      Model model, ImageOptions images, EngineOptions options, SafetensorsFile cases) {
    this.model = model;
    this.images = images;
    this.options = options;
    this.cases = cases;
    this.notCompared = new LinkedHashSet<>(cases.tensors().keySet());
  }

  /**
   * One reference tensor against what the model gives here.
   *
   * @param testCase a size, as {@code 64x48} (height first), or {@code file:NAME}
   * @param what {@code position_embeddings}, {@code cls_embedding} or {@code logits}
   * @param shape of both
   * @param difference the largest absolute one; infinite where either is not finite
   */
  public record Comparison(String testCase, String what, List<Long> shape, float difference) {}

  /**
   * All that was compared.
   *
   * @param comparisons one for each reference tensor, in the file's order of cases
   * @param notCompared tensors of the file that nothing was compared with: of unknown names, or of
   *     pictures without a folder
   */
  public record Report(List<Comparison> comparisons, List<String> notCompared) {

    /** Whether something was compared, and nothing differs by more than {@code tolerance}. */
    public boolean holds(float tolerance) {
      return !comparisons.isEmpty()
          && comparisons.stream().allMatch(row -> row.difference() <= tolerance);
    }
  }

  /**
   * Compares all cases of a file.
   *
   * @param model an open model
   * @param images how pictures become patches; for the reference, at the model's own size
   * @param options of the engine that pictures go through
   * @param casesFile the reference
   * @param pictures the folder of the pictures that the file names, or null to leave them out
   * @throws SafetensorsException if a reference tensor does not have the shape of the model's; the
   *     message names it
   * @throws IOException if the reference or a picture cannot be read or decoded
   * @throws InferenceException if the session fails
   */
  public static Report run(
      Model model, ImageOptions images, EngineOptions options, Path casesFile, Path pictures)
      throws IOException, InferenceException, InterruptedException {
    try (SafetensorsFile cases = SafetensorsFile.open(casesFile)) {
      Verification verification = new Verification(model, images, options, cases);
      verification.compareSizes();
      if (pictures != null) {
        verification.comparePictures(pictures);
      }
      return new Report(
          List.copyOf(verification.comparisons), List.copyOf(verification.notCompared));
    }
  }

  private void compareSizes() throws IOException, InferenceException {
    PositionTables positions = model.positionTables(options.positionTableBytes());
    int batch = options.maxBatchSize();
    try (ModelSession session =
        new ModelSession(model.graph(), positions, batch, options.intraOpThreads())) {
      for (String testCase : testCases()) {
        Matcher size = SIZE.matcher(testCase);
        if (size.matches()) {
          int height = Integer.parseInt(size.group(1));
          int width = Integer.parseInt(size.group(2));
          Grid grid = grid(testCase, height, width);
          comparePositions(testCase, positions.at(grid.rows(), grid.columns()));
          if (has(testCase, PIXEL_VALUES)) {
            compareOutputs(testCase, session, grid);
          }
        }
      }
    }
  }

  private Grid grid(String testCase, int height, int width) throws SafetensorsException {
    int side = images.patchSize();
    if (height % side != 0 || width % side != 0) {
      throw wrong(testCase, "is not a size of whole patches of " + side + " pixels");
    }
    return new Grid(height / side, width / side);
  }

  private void comparePositions(String testCase, FloatBuffer table) throws IOException {
    if (has(testCase, OnnxGraph.POSITION_EMBEDDINGS)) {
      float[] here = new float[table.remaining()];
      table.get(here);
      int hidden = model.description().hiddenSize();
      compare(
          testCase,
          OnnxGraph.POSITION_EMBEDDINGS,
          List.of(1L, (long) here.length / hidden, (long) hidden),
          here);
    }
  }

  private void compareOutputs(String testCase, ModelSession session, Grid grid)
      throws IOException, InferenceException {
    float[] pixels = pixels(testCase, grid);
    int imageFloats = grid.patches() * 3 * images.patchSize() * images.patchSize();
    int count = pixels.length / imageFloats;
    FloatBuffer patches = DirectBuffers.floats(pixels.length);
    writePatches(pixels, grid, images.patchSize(), patches);
    float[] logits = new float[count * session.classes()];
    float[] embeddings = new float[count * session.embeddingDimension()];
    for (int first = 0; first < count; first += options.maxBatchSize()) {
      int some = Math.min(options.maxBatchSize(), count - first);
      run(session, testCase, patches.slice(first * imageFloats, some * imageFloats), grid, some);
      for (int i = 0; i < some; i++) {
        put(session.logits(i), logits, first + i);
        put(session.clsEmbedding(i), embeddings, first + i);
      }
    }
    compareOutput(testCase, OnnxGraph.CLS_EMBEDDING, count, embeddings);
    compareOutput(testCase, OnnxGraph.LOGITS, count, logits);
  }

  private static void run(
      ModelSession session, String testCase, FloatBuffer patches, Grid grid, int images)
      throws InferenceException {
    try {
      session.run(patches, grid, images);
    } catch (OrtException e) {
      throw new InferenceException(
          InferenceException.Reason.SESSION_FAILED,
          "the session failed on " + testCase + ": " + e.getMessage(),
          e);
    }
  }

  private float[] pixels(String testCase, Grid grid) throws IOException {
    String name = testCase + "/" + PIXEL_VALUES;
    List<Long> shape = cases.tensors().get(name).shape();
    long height = (long) grid.rows() * images.patchSize();
    long width = (long) grid.columns() * images.patchSize();
    if (shape.size() != 4
        || shape.get(0) < 1
        || !shape.subList(1, 4).equals(List.of(3L, height, width))) {
      throw wrong(
          name, "has the shape " + shape + " instead of [N, 3, " + height + ", " + width + "]");
    }
    notCompared.remove(name);
    return cases.floats(name);
  }

  /** [N, 3, H, W] to [N, patches, 3*P*P], as the graph takes them. */
  private static void writePatches(float[] pixels, Grid grid, int side, FloatBuffer patches) {
    int height = grid.rows() * side;
    int width = grid.columns() * side;
    int planes = pixels.length / (height * width);
    for (int image = 0; image < planes / 3; image++) {
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
    patches.flip();
  }

  private void comparePictures(Path folder)
      throws IOException, InferenceException, InterruptedException {
    try (Engine engine = Engine.open(model, images, options)) {
      for (String testCase : testCases()) {
        if (testCase.startsWith(FILE)) {
          Inference here = classify(engine, folder.resolve(testCase.substring(FILE.length())));
          compareOutput(testCase, OnnxGraph.CLS_EMBEDDING, 1, here.clsEmbedding());
          compareOutput(testCase, OnnxGraph.LOGITS, 1, here.logits());
        }
      }
    }
  }

  private static Inference classify(Engine engine, Path picture)
      throws IOException, InferenceException, InterruptedException {
    try {
      return engine.submit(() -> new EncodedImage(Files.readAllBytes(picture), null)).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof InferenceException failed) {
        throw failed;
      }
      throw new IOException(picture + " cannot be classified: " + e.getCause(), e.getCause());
    }
  }

  private void compareOutput(String testCase, String what, long count, float[] here)
      throws IOException {
    if (has(testCase, what)) {
      compare(testCase, what, List.of(count, here.length / count), here);
    }
  }

  private void compare(String testCase, String what, List<Long> shape, float[] here)
      throws IOException {
    String name = testCase + "/" + what;
    TensorInfo reference = cases.tensors().get(name);
    if (!reference.shape().equals(shape)) {
      throw wrong(name, "has the shape " + reference.shape() + ", but the model gives " + shape);
    }
    notCompared.remove(name);
    comparisons.add(new Comparison(testCase, what, shape, difference(cases.floats(name), here)));
  }

  private static float difference(float[] reference, float[] here) {
    float largest = 0;
    for (int i = 0; i < here.length; i++) {
      float difference = Math.abs(reference[i] - here[i]);
      largest =
          Float.isFinite(difference) ? Math.max(largest, difference) : Float.POSITIVE_INFINITY;
    }
    return largest;
  }

  /** What stands before the last slash of the tensors' names. */
  private Set<String> testCases() {
    Set<String> names = new LinkedHashSet<>();
    for (String tensor : cases.tensors().keySet()) {
      names.add(tensor.substring(0, Math.max(0, tensor.lastIndexOf('/'))));
    }
    return names;
  }

  private boolean has(String testCase, String what) {
    return cases.tensors().containsKey(testCase + "/" + what);
  }

  private static void put(float[] row, float[] rows, int index) {
    System.arraycopy(row, 0, rows, index * row.length, row.length);
  }

  private SafetensorsException wrong(String name, String what) {
    return new SafetensorsException(cases.path() + ": \"" + name + "\" " + what);
  }
}
