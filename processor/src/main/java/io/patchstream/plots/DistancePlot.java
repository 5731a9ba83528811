package io.patchstream.plots;

import io.patchstream.plots.Sheet.Align;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.Arrays;
import java.util.Locale;

/** How far away each head looks, by the depth of its block. */
final class DistancePlot {

  private static final int WIDTH = 860;
  private static final int HEIGHT = 520;
  private static final Rectangle2D AREA =
      new Rectangle2D.Double(86, 104, WIDTH - 86 - 32, HEIGHT - 104 - 64);
  private static final double DOT = 9;
  private static final int MOST_TICKS = 24;

  private static final Color HEAD = new Color(0x0072b2); // of Okabe and Ito, as the others
  private static final Color MEAN = new Color(0xd55e00);
  private static final BasicStroke THIN = new BasicStroke(1);
  private static final BasicStroke THICK = new BasicStroke(2.2f);
  private static final BasicStroke DASHED =
      new BasicStroke(1.4f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 1, new float[] {6, 5}, 0);

  private final double[][] distances;
  private final double uniform;
  private final Axis vertical;

  /**
   * A plot of heads.
   *
   * @param distances [blocks][heads], in pixels
   * @param uniform of a head that attends to all patches alike
   */
  DistancePlot(double[][] distances, double uniform) {
    this.distances = distances;
    this.uniform = uniform;
    double largest = Arrays.stream(distances).flatMapToDouble(Arrays::stream).max().orElse(0);
    this.vertical = Axis.from0(Math.max(1, 1.05 * Math.max(uniform, largest)));
  }

  /** Draws it. */
  Sheet draw(String title, String subtitle) {
    Sheet sheet = new Sheet(WIDTH, HEIGHT, title, subtitle);
    drawAxes(sheet);
    Graphics2D graphics = sheet.graphics();
    graphics.setColor(Sheet.FAINT);
    graphics.setStroke(DASHED);
    graphics.draw(new Line2D.Double(AREA.getX(), y(uniform), AREA.getMaxX(), y(uniform)));
    graphics.setStroke(THICK);
    graphics.setColor(MEAN);
    graphics.draw(means());
    graphics.setStroke(THIN);
    for (int block = 0; block < distances.length; block++) {
      for (double distance : distances[block]) {
        dot(graphics, x(block), y(distance));
      }
    }
    drawLegend(sheet);
    return sheet;
  }

  private void drawAxes(Sheet sheet) {
    Graphics2D graphics = sheet.graphics();
    for (double tick : vertical.ticks()) {
      graphics.setColor(Sheet.LINE);
      graphics.draw(new Line2D.Double(AREA.getX(), y(tick), AREA.getMaxX(), y(tick)));
      String label = String.format(Locale.ROOT, vertical.step() < 1 ? "%.1f" : "%.0f", tick);
      sheet.text(label, AREA.getX() - 10, y(tick) + 4.5, Align.RIGHT, Sheet.INK);
    }
    int every = (distances.length + MOST_TICKS - 1) / MOST_TICKS;
    for (int block = 0; block < distances.length; block += every) {
      String label = Integer.toString(block + 1);
      sheet.text(label, x(block), AREA.getMaxY() + 20, Align.CENTRE, Sheet.INK);
    }
    sheet.text("block (depth)", AREA.getCenterX(), AREA.getMaxY() + 46, Align.CENTRE, Sheet.INK);
    sheet.upright("mean attention distance (pixels)", 32, AREA.getCenterY());
  }

  private void drawLegend(Sheet sheet) {
    Graphics2D graphics = sheet.graphics();
    double x = AREA.getX();
    double y = AREA.getY() - 24;
    dot(graphics, x + 10, y);
    x = named(sheet, "a head", x + 24, y);
    graphics.setStroke(THICK);
    graphics.setColor(MEAN);
    graphics.draw(new Line2D.Double(x, y, x + 28, y));
    x = named(sheet, "mean of the heads", x + 36, y);
    graphics.setStroke(DASHED);
    graphics.setColor(Sheet.FAINT);
    graphics.draw(new Line2D.Double(x, y, x + 28, y));
    named(sheet, "attention to all patches alike", x + 36, y);
  }

  /** Returns where the next entry begins. */
  private static double named(Sheet sheet, String name, double x, double y) {
    sheet.text(name, x, y + 4.5, Align.LEFT, Sheet.INK);
    return x + sheet.graphics().getFontMetrics().stringWidth(name) + 28;
  }

  private static void dot(Graphics2D graphics, double x, double y) {
    Ellipse2D dot = new Ellipse2D.Double(x - DOT / 2, y - DOT / 2, DOT, DOT);
    graphics.setColor(new Color(HEAD.getRed(), HEAD.getGreen(), HEAD.getBlue(), 150));
    graphics.fill(dot);
    graphics.setColor(HEAD);
    graphics.draw(dot);
  }

  private Path2D means() {
    Path2D line = new Path2D.Double();
    for (int block = 0; block < distances.length; block++) {
      double mean = Arrays.stream(distances[block]).average().orElseThrow();
      if (block == 0) {
        line.moveTo(x(block), y(mean));
      } else {
        line.lineTo(x(block), y(mean));
      }
    }
    return line;
  }

  private double x(int block) {
    return AREA.getX() + AREA.getWidth() * (block + 0.5) / distances.length;
  }

  private double y(double distance) {
    return AREA.getMaxY() - AREA.getHeight() * vertical.share(distance);
  }
}
