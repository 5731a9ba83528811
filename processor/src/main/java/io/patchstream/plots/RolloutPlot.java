package io.patchstream.plots;

import io.patchstream.inference.Inference.Prediction;
import io.patchstream.plots.Sheet.Align;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A picture, where in it the model's answer comes from, and one laid over the other. */
final class RolloutPlot {

  private static final int PANEL = 288; // points for the longer side
  private static final int LEAST_WIDTH = 190; // of a panel with its caption
  private static final int GAP = 24;
  private static final int CAPTION = 26;
  private static final int RIGHT = 84;
  private static final double PERCENTILE = 0.995;
  private static final double STRONGEST = 0.85; // of the map in the overlay
  private static final double WEAKEST = 0.15;

  private final Axis scale;
  private final boolean beyond; // whether there is more than the scale's end

  /**
   * Plots on one scale, so that they can be compared.
   *
   * @param all whose scale it is
   */
  RolloutPlot(List<Rollout> all) {
    double[] values =
        all.stream()
            .flatMapToDouble(rollout -> Arrays.stream(rollout.relevance()))
            .sorted()
            .toArray();
    double nearlyAll = values[(int) (PERCENTILE * (values.length - 1))];
    this.scale = Axis.from0(Math.max(1, nearlyAll));
    this.beyond = scale.share(values[values.length - 1]) > 1;
  }

  /** Draws one. */
  Sheet draw(Rollout rollout) {
    BufferedImage picture = rollout.picture();
    BufferedImage map = map(rollout);
    double zoom = (double) PANEL / Math.max(picture.getWidth(), picture.getHeight());
    double width = picture.getWidth() * zoom;
    double height = picture.getHeight() * zoom;
    double pitch = Math.max(width, LEAST_WIDTH) + GAP;
    Sheet sheet =
        new Sheet(
            (int) Math.ceil(2 * Sheet.MARGIN + 3 * pitch + RIGHT),
            (int) Math.ceil(Sheet.TITLE + height + CAPTION + Sheet.MARGIN),
            rollout.name(),
            labels(rollout.predictions()));
    String seen = "as seen, %d×%d pixels".formatted(picture.getWidth(), picture.getHeight());
    Rectangle2D area = new Rectangle2D.Double(Sheet.MARGIN, Sheet.TITLE, width, height);
    panel(sheet, picture, area, true, seen);
    panel(sheet, map, moved(area, pitch), false, "attention rollout");
    panel(sheet, overlay(rollout), moved(area, 2 * pitch), true, "overlay");
    sheet.colorBar(
        ColorMap.MAGNITUDE,
        moved(area, 3 * pitch),
        Arrays.stream(scale.ticks()).map(scale::share).toArray(),
        this::label,
        "times the mean of patches");
    return sheet;
  }

  private static Rectangle2D moved(Rectangle2D area, double right) {
    return new Rectangle2D.Double(
        area.getX() + right, area.getY(), area.getWidth(), area.getHeight());
  }

  private static void panel(
      Sheet sheet, BufferedImage image, Rectangle2D area, boolean smooth, String caption) {
    sheet.image(image, area, smooth);
    sheet.graphics().setColor(Sheet.LINE);
    sheet.graphics().draw(area);
    sheet.text(caption, area.getX(), area.getMaxY() + 20, Align.LEFT, Sheet.INK);
  }

  private String label(double share) {
    return String.format(
        Locale.ROOT,
        beyond && share == 1 ? "≥ %.1f" : "%.1f",
        share * scale.step() * scale.steps());
  }

  private static String labels(List<Prediction> predictions) {
    if (predictions.isEmpty()) {
      return "The model has no head, and so no labels.";
    }
    return predictions.stream()
        .map(best -> String.format(Locale.ROOT, "%s %.2f", best.label(), best.score()))
        .collect(Collectors.joining("   ·   "));
  }

  private BufferedImage map(Rollout rollout) {
    int columns = rollout.grid().columns();
    BufferedImage map =
        new BufferedImage(columns, rollout.grid().rows(), BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < rollout.relevance().length; i++) {
      int color = ColorMap.MAGNITUDE.rgb(scale.share(rollout.relevance()[i]));
      map.setRGB(i % columns, i / columns, color);
    }
    return map;
  }

  /** The map over the picture in grey, the stronger the more there is; smooth between patches. */
  private BufferedImage overlay(Rollout rollout) {
    BufferedImage picture = rollout.picture();
    int width = picture.getWidth();
    int height = picture.getHeight();
    BufferedImage overlay = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double share = Math.min(1, scale.share(rollout.at((y + 0.5) / height, (x + 0.5) / width)));
        double strength = WEAKEST + (STRONGEST - WEAKEST) * share;
        overlay.setRGB(x, y, blend(picture.getRGB(x, y), ColorMap.MAGNITUDE.rgb(share), strength));
      }
    }
    return overlay;
  }

  private static int blend(int picture, int map, double strength) {
    double grey =
        0.2126 * (picture >> 16 & 0xff)
            + 0.7152 * (picture >> 8 & 0xff)
            + 0.0722 * (picture & 0xff);
    int blended = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      double level = (1 - strength) * grey + strength * (map >> shift & 0xff);
      blended |= (int) Math.round(level) << shift;
    }
    return blended;
  }
}
