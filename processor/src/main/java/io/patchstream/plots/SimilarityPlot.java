package io.patchstream.plots;

import io.patchstream.image.Grid;
import io.patchstream.plots.Sheet.Align;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.Locale;

/**
 * A small map for each position, of its similarity to all: one map in the place of each patch, so
 * that the whole has the layout of the image. On large grids some of the positions have one.
 */
final class SimilarityPlot {

  private static final int SIDE = 1280; // pixels for the longer side of all maps
  private static final int LEAST_GAP = 6; // pixels between two maps
  private static final double GAP = 0.07; // of a map's side
  private static final int LEAST_CELL = 2; // pixels
  private static final int LEFT = 76; // points
  private static final int RIGHT = 124;
  private static final int BELOW = 64;

  private final PositionSimilarity similarity;
  private final Grid grid;
  private final int step; // from a position that has a map to the next
  private final int gap; // pixels
  private final int cell; // pixels

  SimilarityPlot(PositionSimilarity similarity) {
    this.similarity = similarity;
    this.grid = similarity.grid();
    int longer = Math.max(grid.rows(), grid.columns());
    int every = 1;
    while (every < longer && cell(longer, every) < LEAST_CELL) {
      every++;
    }
    this.step = every;
    this.gap = gap(maps(longer, every));
    this.cell = Math.max(1, cell(longer, every));
  }

  /**
   * Pixels of a similarity, where so many positions are in a row and every so many-th has a map.
   */
  private static int cell(int positions, int step) {
    int maps = maps(positions, step);
    return (SIDE / maps - gap(maps)) / positions;
  }

  private static int gap(int maps) {
    return Math.max(LEAST_GAP, (int) (GAP * SIDE / maps));
  }

  private static int maps(int positions, int step) {
    return (positions + step - 1) / step;
  }

  /** The first of the positions that have a map, such that they stand in the middle. */
  private static int first(int positions, int step) {
    return (positions - 1) % step / 2;
  }

  /** From one position that has a map to the next. */
  int step() {
    return step;
  }

  /** Draws it. */
  Sheet draw(String title, String subtitle) {
    int rows = maps(grid.rows(), step);
    int columns = maps(grid.columns(), step);
    double width = (columns * pitch(grid.columns()) - gap) / (double) Sheet.SCALE;
    double height = (rows * pitch(grid.rows()) - gap) / (double) Sheet.SCALE;
    Sheet sheet =
        new Sheet(
            LEFT + (int) Math.ceil(Math.max(width, 420)) + RIGHT,
            Sheet.TITLE + (int) Math.ceil(height) + BELOW,
            title,
            subtitle);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        drawMap(sheet, row, column);
      }
    }
    drawTicks(sheet, rows, columns);
    sheet.text(
        "patch column", LEFT + width / 2, Sheet.TITLE + height + 44, Align.CENTRE, Sheet.INK);
    sheet.upright("patch row", 30, Sheet.TITLE + height / 2);
    sheet.colorBar(
        ColorMap.SIGNED,
        new Rectangle2D.Double(LEFT + width + 28, Sheet.TITLE, 0, height),
        new double[] {0, 0.25, 0.5, 0.75, 1},
        SimilarityPlot::label,
        "cosine similarity");
    return sheet;
  }

  private static String label(double share) {
    return share == 0.5
        ? "0"
        : String.format(Locale.ROOT, "%+.1f", 2 * share - 1).replace('-', '−');
  }

  /** Pixels from a map to the next. */
  private int pitch(int positions) {
    return positions * cell + gap;
  }

  private void drawMap(Sheet sheet, int mapRow, int mapColumn) {
    int row = first(grid.rows(), step) + mapRow * step;
    int column = first(grid.columns(), step) + mapColumn * step;
    int position = row * grid.columns() + column;
    BufferedImage map = new BufferedImage(grid.columns(), grid.rows(), BufferedImage.TYPE_INT_RGB);
    for (int other = 0; other < grid.patches(); other++) {
      int color = ColorMap.SIGNED.rgb((similarity.of(position, other) + 1) / 2);
      map.setRGB(other % grid.columns(), other / grid.columns(), color);
    }
    Rectangle2D area = area(mapRow, mapColumn);
    sheet.image(map, area, false);
    sheet.graphics().setColor(Sheet.LINE);
    sheet.graphics().draw(area);
  }

  private Rectangle2D area(int mapRow, int mapColumn) {
    double scale = Sheet.SCALE;
    return new Rectangle2D.Double(
        LEFT + mapColumn * pitch(grid.columns()) / scale,
        Sheet.TITLE + mapRow * pitch(grid.rows()) / scale,
        grid.columns() * cell / scale,
        grid.rows() * cell / scale);
  }

  private void drawTicks(Sheet sheet, int rows, int columns) {
    for (int row = 0; row < rows; row++) {
      Rectangle2D area = area(row, 0);
      String number = Integer.toString(first(grid.rows(), step) + row * step + 1);
      sheet.small(number, LEFT - 10, area.getCenterY() + 4, Align.RIGHT, Sheet.FAINT);
    }
    for (int column = 0; column < columns; column++) {
      Rectangle2D area = area(rows - 1, column);
      String number = Integer.toString(first(grid.columns(), step) + column * step + 1);
      sheet.small(number, area.getCenterX(), area.getMaxY() + 18, Align.CENTRE, Sheet.FAINT);
    }
  }
}
