package io.patchstream.model;

import io.patchstream.model.npz.NpzFile;
import io.patchstream.model.safetensors.SafetensorsFile;
import io.patchstream.model.safetensors.ShardedSafetensors;
import io.patchstream.model.tensors.TensorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The weights of a folder: one safetensors file, an index of several, or one {@code .npz}.
 *
 * @param tensors all of them, by name
 * @param files that they lie in, in the order in which they are hashed
 */
record PublishedWeights(TensorFile tensors, List<Path> files) {

  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final String NPZ = ".npz";

  /** What {@code torch.save} writes, by what its name ends with. */
  private static final List<String> PICKLES =
      List.of(".bin", ".pth", ".pt", ".ckpt", ".bin.index.json");

  /** Whether there are any that are read. */
  static boolean areIn(Path folder) throws IOException {
    return Files.exists(folder.resolve(SINGLE))
        || Files.exists(folder.resolve(INDEX))
        || !named(folder, NPZ).isEmpty();
  }

  /**
   * Opens what there is.
   *
   * @throws ModelException if there are no weights, or none that are read
   * @throws IOException if a file is damaged or cannot be read
   */
  static PublishedWeights open(Path folder) throws ModelException, IOException {
    Path single = folder.resolve(SINGLE);
    if (Files.exists(single)) {
      return new PublishedWeights(SafetensorsFile.open(single), List.of(single));
    }
    Path index = folder.resolve(INDEX);
    if (Files.exists(index)) {
      ShardedSafetensors shards = ShardedSafetensors.open(index);
      return new PublishedWeights(shards, shards.files());
    }
    List<Path> npz = named(folder, NPZ);
    if (npz.size() > 1) {
      throw new ModelException(
          "%s: it is not clear which of %s is the model: leave one of them in the folder."
              .formatted(folder, names(npz)));
    }
    if (npz.size() == 1) {
      return new PublishedWeights(NpzFile.open(npz.get(0)), npz);
    }
    throw missing(folder);
  }

  private static ModelException missing(Path folder) throws IOException {
    for (String ending : PICKLES) {
      List<Path> pickles = named(folder, ending);
      if (!pickles.isEmpty()) {
        return new ModelException(
            ("%s is missing, and %s is a pickle, which can run code and is not read. In Python,"
                    + " save it as safetensors: %s")
                .formatted(folder.resolve(SINGLE), pickles.get(0).getFileName(), saving(folder)));
      }
    }
    return new ModelException(
        folder.resolve(SINGLE)
            + " is missing: copy the weights from where the model was published (or its "
            + INDEX
            + " with all files, or its .npz, or a model.onnx).");
  }

  private static String saving(Path folder) {
    return Files.exists(folder.resolve(ModelFolder.CONFIG))
        ? "transformers.AutoModelForImageClassification.from_pretrained(folder)"
            + ".save_pretrained(folder, safe_serialization=True), or for a model of another library"
            + " safetensors.torch.save_model(model, \"model.safetensors\")."
        : "safetensors.torch.save_model(model, \"model.safetensors\").";
  }

  private static List<Path> named(Path folder, String ending) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }

  private static List<Path> names(List<Path> files) {
    return files.stream().map(Path::getFileName).toList();
  }
}
