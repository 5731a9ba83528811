package io.patchstream.inference;

import ai.onnxruntime.OrtException;
import io.patchstream.image.Grid;
import io.patchstream.image.ImageOptions;
import io.patchstream.model.Model;
import io.patchstream.model.OnnxGraph;
import io.patchstream.model.PositionTables;
import io.patchstream.model.safetensors.SafetensorsFile;
import io.patchstream.model.tensors.TensorException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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

  private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,4})x([1-9]\\d{0,4})");
  private static final String FILE = "file:";

  private final Model model;
  private final ImageOptions images;
  private final EngineOptions options;
  private final ReferenceTensors reference;
  private final List<Comparison> comparisons = new ArrayList<>();

  private Verification(
      Model model, ImageOptions images, EngineOptions options, ReferenceTensors reference) {
    this.model = model;
    this.images = images;
    this.options = options;
    this.reference = reference;
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
   * @param options of the engine that pictures go through, and the precision of all
   * @param casesFile the reference
   * @param pictures the folder of the pictures that the file names, or null to leave them out
   * @throws TensorException if a reference tensor does not have the shape of the model's; the
   *     message names it
   * @throws IOException if the reference or a picture cannot be read or decoded
   * @throws InferenceException if the session fails
   */
  public static Report run(
      Model model, ImageOptions images, EngineOptions options, Path casesFile, Path pictures)
      throws IOException, InferenceException, InterruptedException {
    try (SafetensorsFile file = SafetensorsFile.open(casesFile)) {
      ReferenceTensors reference = new ReferenceTensors(file);
      Verification verification = new Verification(model, images, options, reference);
      verification.compareSizes();
      if (pictures != null) {
        verification.comparePictures(pictures);
      }
      return new Report(List.copyOf(verification.comparisons), List.copyOf(reference.unused()));
    }
  }

  private void compareSizes() throws IOException, InferenceException {
    PositionTables positions = model.positionTables(options.compute().positionTableBytes());
    try (ModelSession session = ProvenSession.open(model, images, options).session()) {
      for (String testCase : reference.testCases()) {
        Matcher size = SIZE.matcher(testCase);
        if (size.matches()) {
          Grid grid =
              grid(testCase, Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2)));
          comparePositions(testCase, positions, grid);
          compareOutputs(testCase, session, grid);
        }
      }
    }
  }

  private Grid grid(String testCase, int height, int width) throws TensorException {
    int side = images.patchSize();
    if (height < side || width < side) {
      throw reference.wrong(testCase, "is smaller than a patch of " + side + " pixels");
    }
    return new Grid(height / side, width / side);
  }

  private void comparePositions(String testCase, PositionTables positions, Grid grid)
      throws IOException {
    if (reference.has(testCase, OnnxGraph.POSITION_EMBEDDINGS)) {
      FloatBuffer table = positions.at(grid.rows(), grid.columns());
      float[] here = new float[table.remaining()];
      table.get(here);
      long length = positions.length();
      List<Long> shape = List.of(1L, here.length / Math.max(1, length), length);
      comparisons.add(reference.compare(testCase, OnnxGraph.POSITION_EMBEDDINGS, shape, here));
    }
  }

  /** Through the session in batches, as far as there are images. */
  private void compareOutputs(String testCase, ModelSession session, Grid grid)
      throws IOException, InferenceException {
    if (!reference.hasPixels(testCase)) {
      return;
    }
    int side = images.patchSize();
    FloatBuffer patches =
        session.takesPlanes()
            ? reference.planes(testCase, grid, side)
            : reference.patches(testCase, grid, side);
    int imageFloats = 3 * side * side * grid.patches();
    int count = patches.remaining() / imageFloats;
    FloatBuffer logits = FloatBuffer.allocate(count * session.classes());
    FloatBuffer embeddings = FloatBuffer.allocate(count * session.embeddingDimension());
    for (int first = 0; first < count; first += options.batches().maxSize()) {
      int some = Math.min(options.batches().maxSize(), count - first);
      run(session, testCase, patches.slice(first * imageFloats, some * imageFloats), grid, some);
      for (int i = 0; i < some; i++) {
        logits.put(session.logits(i));
        embeddings.put(session.clsEmbedding(i));
      }
    }
    compareOutput(testCase, OnnxGraph.CLS_EMBEDDING, count, embeddings.array());
    compareOutput(testCase, OnnxGraph.LOGITS, count, logits.array());
  }

  private static void run(
      ModelSession session, String testCase, FloatBuffer patches, Grid grid, int images)
      throws InferenceException {
    try {
      session.run(patches, Collections.nCopies(images, grid));
    } catch (OrtException e) {
      throw new InferenceException(
          InferenceException.Reason.SESSION_FAILED,
          "the session failed on " + testCase + ": " + e.getMessage(),
          e);
    }
  }

  private void comparePictures(Path folder)
      throws IOException, InferenceException, InterruptedException {
    try (Engine engine = Engine.open(model, images, options)) {
      for (String testCase : reference.testCases()) {
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
    if (reference.has(testCase, what)) {
      comparisons.add(reference.compare(testCase, what, List.of(count, here.length / count), here));
    }
  }
}
