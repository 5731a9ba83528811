package io.patchstream.model;

import io.patchstream.model.safetensors.SafetensorsFile;
import io.patchstream.model.tensors.TensorFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A folder as it was published: its configuration and its weights, whoever wrote them. */
public final class ModelFolder implements Closeable {

  private static final String CONFIG = "config.json";
  private static final String WEIGHTS = "model.safetensors";
  private static final String SHARDS = "model.safetensors.index.json";
  private static final String PICKLE = "pytorch_model.bin";

  private final Path path;
  private final ConfigFile config;
  private final TensorFile weights;
  private final List<Path> weightFiles;

  private ModelFolder(Path path, ConfigFile config, TensorFile weights, List<Path> weightFiles) {
    this.path = path;
    this.config = config;
    this.weights = weights;
    this.weightFiles = weightFiles;
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
    Path config = path.resolve(CONFIG);
    ConfigFile read = Files.exists(config) ? ConfigFile.read(config) : ConfigFile.absent(config);
    requireWeights(path);
    Path weights = path.resolve(WEIGHTS);
    return new ModelFolder(path, read, SafetensorsFile.open(weights), List.of(weights));
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

  /** The tensors. */
  public TensorFile weights() {
    return weights;
  }

  /** The files that the tensors lie in, in the order in which they are hashed. */
  public List<Path> weightFiles() {
    return weightFiles;
  }

  /** Closes the weights; what is mapped stays mapped. */
  @Override
  public void close() throws IOException {
    weights.close();
  }

  private static void requireWeights(Path path) throws ModelException {
    Path weights = path.resolve(WEIGHTS);
    if (Files.exists(weights)) {
      return;
    }
    if (Files.exists(path.resolve(PICKLE))) {
      throw new ModelException(
          "%s is missing, and %s is a pickle, which can run code and is not read. In Python, save it"
                  .formatted(weights, PICKLE)
              + " as safetensors: AutoModelForImageClassification.from_pretrained(folder)"
              + ".save_pretrained(folder, safe_serialization=True).");
    }
    if (Files.exists(path.resolve(SHARDS))) {
      throw new ModelException(
          "%s is missing, and shards are not read. In Python, save the model as one file:"
                  .formatted(weights)
              + " AutoModelForImageClassification.from_pretrained(folder)"
              + ".save_pretrained(folder, max_shard_size=\"100GB\").");
    }
    throw new ModelException(
        weights + " is missing: copy the weights from where the model was published.");
  }
}
