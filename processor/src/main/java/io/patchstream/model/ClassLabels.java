package io.patchstream.model;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** What the classes of a model are called, whoever published it. */
public final class ClassLabels {

  private static final String OWN_KEY = "id2label";
  private static final String FILE = "labels.txt";

  private ClassLabels() {}

  /**
   * A name a class: those of the configuration; where it has none, {@code id2label} of {@link
   * ModelFolder#ownConfig}; then the lines of {@code labels.txt} in the folder; else LABEL_0,
   * LABEL_1 and so on. Those transformers writes into a configuration for want of names, so there
   * they count as none.
   *
   * @param key the entry of {@code config.json} that {@code configured} was read from
   * @param configured the names there, in the order of the logits; empty where there are none
   * @param classes how many the head has
   * @throws ModelException if there are more or fewer names than classes
   * @throws IOException if {@code labels.txt} cannot be read
   */
  public static List<String> of(
      ModelFolder folder, String key, List<String> configured, int classes)
      throws ModelException, IOException {
    return of(folder.path(), key, configured, classes);
  }

  /** As above, of a model whose configuration names no classes. */
  public static List<String> of(ModelFolder folder, int classes)
      throws ModelException, IOException {
    return of(folder.path(), OWN_KEY, List.of(), classes);
  }

  /** As above, of a folder whose weights are no tensors by name. */
  public static List<String> of(Path folder, String key, List<String> configured, int classes)
      throws ModelException, IOException {
    List<String> madeUp = IntStream.range(0, classes).mapToObj(n -> "LABEL_" + n).toList();
    if (!configured.isEmpty() && !configured.equals(madeUp)) {
      return counted(configured, classes, folder.resolve(ModelFolder.CONFIG) + ": " + key);
    }
    ConfigFile own = ConfigFile.readIfThere(folder.resolve(ModelFolder.OWN_CONFIG));
    if (own.has(OWN_KEY)) {
      return counted(own.numbered(OWN_KEY), classes, own.file() + ": " + OWN_KEY);
    }
    Path file = folder.resolve(FILE);
    return Files.exists(file) ? counted(lines(file), classes, file.toString()) : madeUp;
  }

  /** Blank lines do not count. */
  private static List<String> lines(Path file) throws ModelException, IOException {
    try {
      return Files.readAllLines(file).stream()
          .map(String::strip)
          .filter(line -> !line.isEmpty())
          .toList();
    } catch (CharacterCodingException e) {
      throw new ModelException(file + ": not UTF-8: save it as that", e);
    }
  }

  private static List<String> counted(List<String> labels, int classes, String where)
      throws ModelException {
    if (labels.size() != classes) {
      throw new ModelException(
          "%s: it names %d classes, but the model's head has %d"
              .formatted(where, labels.size(), classes));
    }
    return labels;
  }
}
