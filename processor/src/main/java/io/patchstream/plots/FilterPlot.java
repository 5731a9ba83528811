package io.patchstream.plots;

import io.patchstream.plots.Sheet.Align;
import java.awt.Color;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.Locale;

/** Principal components of the patch projection as tiles of red, green and blue. */
final class FilterPlot {

  /** As many as the paper shows. */
  static final int MOST = 28;

  private static final int COLUMNS = 7;
  private static final int TILE = 96; // points
  private static final int GAP = 16;
  private static final int LABEL = 22;
  private static final int BELOW = 56;
  private static final int LEGEND = 220;

  private final PrincipalFilters filters;
  private final int patchSize;

  FilterPlot(PrincipalFilters filters, int patchSize) {
    this.filters = filters;
    this.patchSize = patchSize;
  }

  /** How many components it has. */
  int count() {
    return Math.min(MOST, filters.count());
  }

  /** The part of all variance that they make, 0 to 1. */
  double share() {
    double share = 0;
    for (int i = 0; i < count(); i++) {
      share += filters.share(i);
    }
    return share;
  }

  /** Draws it. */
  Sheet draw(String title, String subtitle) {
    int rows = (count() + COLUMNS - 1) / COLUMNS;
    int width = 2 * Sheet.MARGIN + COLUMNS * (TILE + GAP) - GAP;
    int height = Sheet.TITLE + rows * (TILE + LABEL + GAP) - GAP + BELOW;
    Sheet sheet = new Sheet(width, height, title, subtitle);
    for (int i = 0; i < count(); i++) {
      int left = Sheet.MARGIN + i % COLUMNS * (TILE + GAP);
      int top = Sheet.TITLE + i / COLUMNS * (TILE + LABEL + GAP);
      sheet.image(tile(i), new Rectangle2D.Double(left, top, TILE, TILE), false);
      String label = String.format(Locale.ROOT, "%d: %.1f %%", i + 1, 100 * filters.share(i));
      sheet.small(label, left + TILE / 2.0, top + TILE + 15, Align.CENTRE, Sheet.INK);
    }
    drawLegend(sheet, height - 24);
    return sheet;
  }

  /** Channel, row, column to pixels; 0 is the middle grey, and the largest value at an end. */
  private BufferedImage tile(int component) {
    double[] values = filters.component(component);
    double largest = 0;
    for (double value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    BufferedImage tile = new BufferedImage(patchSize, patchSize, BufferedImage.TYPE_INT_RGB);
    int plane = patchSize * patchSize;
    for (int i = 0; i < plane; i++) {
      Color color =
          new Color(
              level(values[i], largest),
              level(values[plane + i], largest),
              level(values[2 * plane + i], largest));
      tile.setRGB(i % patchSize, i / patchSize, color.getRGB());
    }
    return tile;
  }

  private static float level(double value, double largest) {
    return largest == 0 ? 0.5f : (float) (0.5 + value / largest / 2);
  }

  private static void drawLegend(Sheet sheet, int y) {
    BufferedImage bar = new BufferedImage(256, 1, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < 256; x++) {
      bar.setRGB(x, 0, x << 16 | x << 8 | x);
    }
    int left = Sheet.MARGIN + 70;
    sheet.text("−largest", Sheet.MARGIN, y + 5, Align.LEFT, Sheet.INK);
    sheet.image(bar, new Rectangle2D.Double(left, y - 6, LEGEND, 13), false);
    sheet.text(
        "+largest value of a tile, in red, green and blue; grey is 0",
        left + LEGEND + 10,
        y + 5,
        Align.LEFT,
        Sheet.INK);
  }
}
