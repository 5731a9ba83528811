package io.patchstream.cli;

import io.patchstream.schemas.ImageClassification;
import io.patchstream.schemas.ImageEmbedding;
import io.patchstream.schemas.ImageFailure;
import io.patchstream.schemas.Prediction;
import io.patchstream.topology.ResultReader.Committed;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.Style;

/**
 * A result in one line: the image, its best label with the score as a bar, the runners-up, and how
 * long it took from the event; a failure in red.
 */
final class ResultLines {

  private static final int BAR = 10;
  private static final String EIGHTHS = " ▏▎▍▌▋▊▉█";
  private static final int WIDEST = 32;
  private static final int RUNNERS_UP = 2;

  private final Ansi ansi;
  private int idWidth = 12;
  private int labelWidth = 8;

  /** Columns grow with what comes, within bounds. */
  ResultLines(Ansi ansi) {
    this.ansi = ansi;
  }

  static boolean isFailure(Committed result) {
    return result.value() instanceof ImageFailure;
  }

  String line(Committed result) {
    if (result.value() instanceof ImageFailure failure) {
      return failure(failure);
    }
    if (result.value() instanceof ImageEmbedding embedding) {
      return "%s  %s embedding of %d values"
          .formatted(id(embedding.getImageId()), embedding.getKind(), embedding.getDimension());
    }
    return labels((ImageClassification) result.value(), result);
  }

  /** What was not printed. */
  String more(long results, long failures) {
    String text =
        "... and " + results + " more" + (failures == 0 ? "" : ", " + failures + " failed");
    return styled(failures == 0 ? Style.faint : Style.fg_red, text);
  }

  private String labels(ImageClassification classification, Committed result) {
    StringBuilder line = new StringBuilder(id(classification.getImageId())).append("  ");
    List<Prediction> best = classification.getPredictions();
    if (!best.isEmpty()) {
      String label = TextFormat.printable(best.get(0).getLabel());
      labelWidth = Math.max(labelWidth, Math.min(label.length(), WIDEST));
      line.append(styled(Style.bold, ("%-" + labelWidth + "s").formatted(label)))
          .append(' ')
          .append(styled(Style.fg_green, bar(best.get(0).getScore())))
          .append(score(" %.2f ", best.get(0).getScore()));
      best.stream()
          .skip(1)
          .limit(RUNNERS_UP)
          .forEach(
              other ->
                  line.append(' ')
                      .append(
                          styled(
                              Style.faint,
                              TextFormat.printable(other.getLabel())
                                  + score(" %.2f", other.getScore()))));
    }
    return line.append(' ')
        .append(after(millis(classification.getClassifiedAt(), result)))
        .toString();
  }

  private String failure(ImageFailure failure) {
    String coordinates =
        failure.getTopic() + "-" + failure.getPartition() + "-" + failure.getOffset();
    String name = failure.getImageId() == null ? coordinates : failure.getImageId();
    String where = name.equals(coordinates) ? "" : " (" + coordinates + ")";
    return styled(
        Style.fg_red,
        id(name)
            + "  "
            + failure.getReason()
            + ": "
            + TextFormat.printable(failure.getMessage())
            + where);
  }

  private String id(String id) {
    String printable = TextFormat.printable(id);
    idWidth = Math.max(idWidth, Math.min(printable.length(), WIDEST));
    return ("%-" + idWidth + "s").formatted(printable);
  }

  /** A score of 0 to 1 in eighths of a character. */
  static String bar(float score) {
    int eighths = Math.round(Math.max(0, Math.min(1, score)) * BAR * 8);
    String full = "█".repeat(eighths / 8);
    String bar = eighths % 8 == 0 ? full : full + EIGHTHS.charAt(eighths % 8);
    return bar + " ".repeat(BAR - bar.length());
  }

  private static String score(String format, float score) {
    return String.format(Locale.ROOT, format, score);
  }

  private static long millis(Instant classified, Committed result) {
    return classified.toEpochMilli() - result.timestampMillis();
  }

  private String after(long millis) {
    return styled(
        Style.faint, "after " + (millis < 10_000 ? millis + " ms" : millis / 1000 + " s"));
  }

  /** Styled without reading markup in the text, which comes from outside. */
  private String styled(Style style, String text) {
    if (!ansi.enabled()) {
      return text;
    }
    // What ends bold alone is a double underline on some terminals.
    return style.on() + text + Style.reset.on();
  }
}
