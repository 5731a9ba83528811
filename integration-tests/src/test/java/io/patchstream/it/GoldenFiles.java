package io.patchstream.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The checkpoint and the pictures that reference code has run, from the processor's own tests. */
final class GoldenFiles {

  private GoldenFiles() {}

  /** Writes a tiny Hugging Face ViT (48 x 48 pixels, patches of 8, ten classes) into a folder. */
  static void writeVit(Path folder) throws IOException {
    for (String file : List.of("config.json", "preprocessor_config.json", "model.safetensors")) {
      Files.write(folder.resolve(file), read("hf_vit/" + file));
    }
  }

  /** The bytes of a picture of that name. */
  static byte[] picture(String name) {
    return read("preprocess/images/" + name);
  }

  private static byte[] read(String path) {
    try (InputStream in = GoldenFiles.class.getResourceAsStream("/golden/" + path)) {
      if (in == null) {
        throw new IllegalStateException("no golden file " + path);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
