package io.patchstream.model.huggingface;

import io.patchstream.model.Checkpoint;
import io.patchstream.model.ModelException;
import io.patchstream.model.safetensors.SafetensorsException;
import io.patchstream.model.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A folder as {@code save_pretrained} writes it: {@code config.json}, {@code model.safetensors}.
 */
public final class HuggingFaceFolder {

  private static final String CONFIG = "config.json";
  private static final String WEIGHTS = "model.safetensors";
  private static final String SHARDS = "model.safetensors.index.json";
  private static final String PICKLE = "pytorch_model.bin";

  private final Path folder;

  /** Nothing is read yet. */
  public HuggingFaceFolder(Path folder) {
    this.folder = folder;
  }

  /** The file that holds the weights. */
  public Path weightsFile() {
    return folder.resolve(WEIGHTS);
  }

  /**
   * Reads the description and maps the weights.
   *
   * @throws ModelException if a file is missing or cannot be used
   */
  public Checkpoint read() throws ModelException {
    if (!Files.isDirectory(folder)) {
      throw new ModelException("There is no model folder " + folder + ": correct the path.");
    }
    HuggingFaceConfig config = readConfig();
    requireWeights();
    try (SafetensorsFile weights = SafetensorsFile.open(weightsFile())) {
      return new HuggingFaceVit(name(), config, weights).read();
    } catch (SafetensorsException e) {
      throw new ModelException(e.getMessage(), e);
    } catch (IOException e) {
      throw new ModelException(weightsFile() + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private HuggingFaceConfig readConfig() throws ModelException {
    Path file = folder.resolve(CONFIG);
    if (!Files.exists(file)) {
      throw new ModelException(
          file
              + " is missing: a Hugging Face model folder has it beside its weights; copy it from where"
              + " the model was published.");
    }
    HuggingFaceConfig config = HuggingFaceConfig.read(file);
    String type = config.text("model_type", null);
    if (!HuggingFaceVit.MODEL_TYPE.equals(type)) {
      throw config.invalid("model_type", "is " + type + "; the one that is read is vit");
    }
    return config;
  }

  private void requireWeights() throws ModelException {
    if (Files.exists(weightsFile())) {
      return;
    }
    if (Files.exists(folder.resolve(PICKLE))) {
      throw new ModelException(
          "%s is missing, and %s is a pickle, which can run code and is not read. In Python, save it"
                  .formatted(weightsFile(), PICKLE)
              + " as safetensors: AutoModelForImageClassification.from_pretrained(folder)"
              + ".save_pretrained(folder, safe_serialization=True).");
    }
    if (Files.exists(folder.resolve(SHARDS))) {
      throw new ModelException(
          "%s is missing, and shards are not read. In Python, save the model as one file:"
                  .formatted(weightsFile())
              + " AutoModelForImageClassification.from_pretrained(folder)"
              + ".save_pretrained(folder, max_shard_size=\"100GB\").");
    }
    throw new ModelException(
        weightsFile() + " is missing: copy the weights from where the model was published.");
  }

  private String name() {
    return folder.toAbsolutePath().normalize().getFileName().toString();
  }
}
