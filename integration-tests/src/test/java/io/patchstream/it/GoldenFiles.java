package io.patchstream.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** The checkpoints and the pictures that reference code has run, from the processor's own tests. */
final class GoldenFiles {

  /** What reference code gave. */
  static final String CASES = "cases.safetensors";

  /** What the names of the tensors of a picture begin with. */
  static final String OF_PICTURE = "file:";

  private GoldenFiles() {}

  /** Writes a tiny Hugging Face ViT (48 x 48 pixels, patches of 8, ten classes) into a folder. */
  static void writeVit(Path folder) throws IOException {
    for (String file : List.of("config.json", "preprocessor_config.json", "model.safetensors")) {
      Files.write(folder.resolve(file), read("hf_vit/" + file));
    }
  }

  /** The names of all checkpoints that reference code has run on pictures. */
  static List<String> checkpoints() {
    List<String> run =
        in(
            "",
            folders ->
                folders
                    .filter(folder -> Files.exists(folder.resolve(CASES)))
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList());
    return run.stream().filter(GoldenFiles::hasPictures).toList();
  }

  /** The names of the tensors stand at the beginning of the file, as JSON. */
  private static boolean hasPictures(String checkpoint) {
    String content = new String(read(checkpoint + "/" + CASES), StandardCharsets.ISO_8859_1);
    return content.contains("\"" + OF_PICTURE);
  }

  /** Writes a checkpoint and what reference code gave into a folder. */
  static void writeCheckpoint(String name, Path folder) throws IOException {
    for (String file :
        in(name, files -> files.map(path -> path.getFileName().toString()).toList())) {
      Files.write(folder.resolve(file), read(name + "/" + file));
    }
  }

  /** The bytes of a picture of that name. */
  static byte[] picture(String name) {
    return read("preprocess/images/" + name);
  }

  /** What a folder holds, which lies on the class path as it is or in a jar. */
  private static <T> T in(String folder, Function<Stream<Path>, T> listing) {
    try {
      URI uri = GoldenFiles.class.getResource("/golden/" + folder).toURI();
      if (!uri.getScheme().equals("jar")) {
        return in(Path.of(uri), listing);
      }
      try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
        return in(jar.getPath("/golden", folder), listing);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static <T> T in(Path folder, Function<Stream<Path>, T> listing) throws IOException {
    try (Stream<Path> paths = Files.list(folder)) {
      return listing.apply(paths);
    }
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
