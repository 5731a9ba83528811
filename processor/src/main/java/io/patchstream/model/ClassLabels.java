package io.patchstream.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What the classes of a model are called, whoever published it. */
public final class ClassLabels {

  private static final String FILE = "labels.txt";

  private ClassLabels() {}

  /**
   * A name a class: those of the configuration; where it has none, the lines of {@code labels.txt}
   * beside it; else LABEL_0, LABEL_1 and so on. That is also what transformers writes into a
   * configuration for want of names, so there it counts as none.
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

  /** As above, of a folder whose weights are of another kind. */
  public static List<String> of(Path folder, String key, List<String> configured, int classes)
      throws ModelException, IOException {
    List<String> madeUp = IntStream.range(0, classes).mapToObj(n -> "LABEL_" + n).toList();
    if (!configured.isEmpty() && !configured.equals(madeUp)) {
      return counted(configured, classes, folder.resolve(ModelFolder.CONFIG) + ": " + key);
    }
    Path file = folder.resolve(FILE);
    return Files.exists(file) ? counted(lines(file), classes, file.toString()) : madeUp;
  }

  /** Blank lines do not count. */
  private static List<String> lines(Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.map(String::strip).filter(line -> !line.isEmpty()).toList();
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
