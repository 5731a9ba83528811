package io.patchstream.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.patchstream.model.safetensors.SafetensorsFile;
import io.patchstream.model.tensors.TensorClaims;
import io.patchstream.model.tensors.TensorException;
import io.patchstream.model.tensors.TensorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Classes that are told by text, for a model that embeds images and texts in one space: {@code
 * labels.safetensors} in its folder. {@code text_embeds} [classes, E] holds the embedding of a text
 * a class, at any length, and the metadata entry {@code labels} their names as a JSON array. The
 * logit of a class is the cosine of the embeddings of image and text, times e to the power of
 * {@code logit_scale}, plus {@code logit_bias} where the model has one. Both are tensors of the
 * model; where it was saved without them, they lie beside {@code text_embeds}.
 */
public final class ZeroShotLabels {

  static final String FILE = "labels.safetensors";

  /** The weight of the graph that these classes become. */
  static final String WEIGHT = "label_embeddings.weight";

  private static final String TEXTS = "text_embeds";
  private static final String NAMES = "labels";
  private static final String SCALE = "logit_scale";
  private static final String BIAS = "logit_bias";

  private final List<String> names;
  private final float[] rows;
  private final Float bias;

  private ZeroShotLabels(List<String> names, float[] rows, Float bias) {
    this.names = names;
    this.rows = rows;
    this.bias = bias;
  }

  /**
   * Reads the classes.
   *
   * @param embeddingSize E of the model
   * @param biased whether the model adds a {@code logit_bias}
   * @return empty where the folder has no such file
   * @throws TensorException if the names do not fit the embeddings, or these the model
   * @throws IOException if the file cannot be read
   */
  public static Optional<ZeroShotLabels> read(ModelFolder folder, int embeddingSize, boolean biased)
      throws IOException {
    Path path = folder.path().resolve(FILE);
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      List<String> names = names(file);
      TensorClaims claims = new TensorClaims(file);
      claims.claim(TEXTS, List.of((long) names.size(), (long) embeddingSize));
      claims.ignore(Set.of(SCALE, BIAS)::contains);
      claims.check();
      float[] rows = file.floats(TEXTS);
      double scale = Math.exp(number(SCALE, folder, file));
      for (int i = 0; i < names.size(); i++) {
        scaleRow(rows, i * embeddingSize, embeddingSize, scale, file, names.get(i));
      }
      return Optional.of(
          new ZeroShotLabels(names, rows, biased ? number(BIAS, folder, file) : null));
    }
  }

  /** The names of the classes, in the order of the logits. */
  public List<String> names() {
    return names;
  }

  /** States them as the weights {@code label_embeddings} of a {@link Checkpoint}. */
  public void map(WeightMapping weights) {
    weights.values(WEIGHT, rows, names.size(), rows.length / names.size());
    if (bias != null) {
      float[] biases = new float[names.size()];
      Arrays.fill(biases, bias);
      weights.values("label_embeddings.bias", biases, biases.length);
    }
  }

  private static List<String> names(SafetensorsFile file) throws TensorException {
    String json = file.metadata().get(NAMES);
    if (json == null) {
      throw new TensorException(
          file.path()
              + ": the names of the classes are missing: save it with the metadata entry \""
              + NAMES
              + "\", a JSON array of strings.");
    }
    try {
      String[] names = new JsonMapper().readValue(json, String[].class);
      return checked(file, Stream.of(names).map(String::valueOf).toList());
    } catch (JsonProcessingException e) {
      throw new TensorException(
          file.path() + ": the metadata entry \"" + NAMES + "\" is not a JSON array of strings", e);
    }
  }

  private static List<String> checked(SafetensorsFile file, List<String> names)
      throws TensorException {
    List<String> twice = new ArrayList<>(names);
    new HashSet<>(names).forEach(twice::remove);
    if (!twice.isEmpty()) {
      throw new TensorException(
          file.path() + ": these labels stand for more than one class: " + twice);
    }
    if (names.isEmpty()) {
      throw new TensorException(file.path() + ": there is no class in it");
    }
    return names;
  }

  /** A tensor of one element, of the model or else of the labels. */
  private static float number(String name, ModelFolder folder, SafetensorsFile labels)
      throws IOException {
    TensorFile file = folder.weights().tensors().containsKey(name) ? folder.weights() : labels;
    if (!file.tensors().containsKey(name)) {
      throw new TensorException(
          "%s: the model in %s was saved without \"%s\": add it, as the whole model has it"
              .formatted(labels.path(), folder.path(), name));
    }
    float[] values = file.floats(name);
    if (values.length != 1 || !Float.isFinite(values[0])) {
      throw new TensorException(
          "%s: tensor \"%s\" is not one finite number".formatted(file.path(), name));
    }
    return values[0];
  }

  /** Brings a row to the length {@code scale}. */
  private static void scaleRow(
      float[] rows, int begin, int size, double scale, SafetensorsFile file, String name)
      throws TensorException {
    double squares = 0;
    for (int i = begin; i < begin + size; i++) {
      squares += (double) rows[i] * rows[i];
    }
    if (!(squares > 0 && squares < Double.POSITIVE_INFINITY)) {
      throw new TensorException(
          "%s: tensor \"%s\" is zero or not finite at the label \"%s\""
              .formatted(file.path(), TEXTS, name));
    }
    double factor = scale / Math.sqrt(squares);
    for (int i = begin; i < begin + size; i++) {
      rows[i] = (float) (rows[i] * factor);
    }
  }
}
