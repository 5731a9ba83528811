package io.patchstream.cli;

import io.patchstream.inference.Inference.Prediction;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Columns for people: the path, then labels and scores. */
final class TextFormat implements OutcomeFormat {

  private static final int MAX_PATH = 60;
  private static final int MAX_LABEL = 24;

  private final String row;
  private final String prediction;

  /** Columns as wide as their widest text, within bounds: what is longer moves its row alone. */
  TextFormat(List<Path> files, List<String> labels) {
    List<String> paths = files.stream().map(Path::toString).toList();
    row = "%-" + widest(paths, MAX_PATH) + "s";
    prediction = "  %-" + widest(labels, MAX_LABEL) + "s %.4f";
  }

  @Override
  public Optional<String> line(FileOutcome outcome) {
    return Optional.ofNullable(outcome.inference())
        .map(
            inference ->
                inference.predictions().stream()
                    .map(this::format)
                    .collect(
                        Collectors.joining(
                            "", row.formatted(printable(outcome.file().toString())), "")));
  }

  /** Without line feeds and what else moves the cursor, which a file's name may hold. */
  static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }

  private String format(Prediction best) {
    return String.format(Locale.ROOT, prediction, printable(best.label()), best.score());
  }

  private static int widest(Collection<String> texts, int atMost) {
    return texts.stream().mapToInt(text -> Math.min(text.length(), atMost)).max().orElse(1);
  }
}
