package io.patchstream.model;

import io.patchstream.model.tensors.TensorFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A folder as it was published: its configuration and its weights, whoever wrote them. */
public final class ModelFolder implements Closeable {

  /** What the publisher says of the model. */
  public static final String CONFIG = "config.json";

  /** What a user says of it. */
  public static final String OWN_CONFIG = "patchstream-model.json";

  /** The last two are of an ONNX file, which may lie in the same folder. */
  private static final List<String> OWN_KEYS =
      List.of("num_heads", "image_size", "patch_size", "pool", "id2label", "logits", "embedding");

  private final Path path;
  private final ConfigFile config;
  private final ConfigFile ownConfig;
  private final PublishedWeights weights;

  private ModelFolder(
      Path path, ConfigFile config, ConfigFile ownConfig, PublishedWeights weights) {
    this.path = path;
    this.config = config;
    this.ownConfig = ownConfig;
    this.weights = weights;
  }

  /**
   * Reads the configuration and the names of the tensors.
   *
   * @throws ModelException if there is no such folder or no weights, or a file is damaged; the
   *     message says what to do
   */
  public static ModelFolder open(Path path) throws ModelException, IOException {
    if (!Files.isDirectory(path)) {
      throw new ModelException("There is no model folder " + path + ": correct the path.");
    }
    return new ModelFolder(
        path,
        ConfigFile.readIfThere(path.resolve(CONFIG)),
        ownConfig(path),
        PublishedWeights.open(path));
  }

  private static ConfigFile ownConfig(Path folder) throws ModelException {
    ConfigFile config = ConfigFile.readIfThere(folder.resolve(OWN_CONFIG));
    for (String key : config.keys()) {
      if (!OWN_KEYS.contains(key)) {
        throw config.invalid(key, "there is no such key; there are " + OWN_KEYS);
      }
    }
    return config;
  }

  /** The folder. */
  public Path path() {
    return path;
  }

  /** The model's name: that of the folder. */
  public String name() {
    return path.toAbsolutePath().normalize().getFileName().toString();
  }

  /** {@code config.json}; without an entry where there is no such file. */
  public ConfigFile config() {
    return config;
  }

  /**
   * {@code patchstream-model.json}, in which a user says what a checkpoint without a configuration
   * leaves open; without an entry where there is no such file.
   */
  public ConfigFile ownConfig() {
    return ownConfig;
  }

  /** The tensors. */
  public TensorFile weights() {
    return weights.tensors();
  }

  /** The files that the tensors lie in, in the order in which they are hashed. */
  public List<Path> weightFiles() {
    return weights.files();
  }

  /** Closes the weights; what is mapped stays mapped. */
  @Override
  public void close() throws IOException {
    weights.tensors().close();
  }
}
