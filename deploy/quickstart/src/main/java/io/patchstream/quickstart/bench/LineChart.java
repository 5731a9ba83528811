package io.patchstream.quickstart.bench;

import io.patchstream.plots.Axis;
import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Lines over a horizontal axis that begins at 0. */
final class LineChart extends Chart {

  private static final double DOT = 7;

  private final Map<String, List<Point>> lines;
  private final Axis horizontal;

  /**
   * A chart of lines by their names.
   *
   * @param lines their points from left to right
   */
  LineChart(String title, String xLabel, String yLabel, Map<String, List<Point>> lines) {
    super(title, xLabel, yLabel, List.copyOf(lines.keySet()), largest(lines, Point::y));
    this.lines = lines;
    horizontal = Axis.from0(largest(lines, Point::x));
  }

  @Override
  void drawValues(Graphics2D graphics) {
    graphics.setColor(INK);
    for (double tick : horizontal.ticks()) {
      centred(graphics, label(tick), x(tick), AREA.getMaxY() + 20);
    }
    graphics.setStroke(new BasicStroke(2.4f));
    int series = 0;
    for (List<Point> line : lines.values()) {
      graphics.setColor(color(series++));
      drawLine(graphics, line);
    }
  }

  private void drawLine(Graphics2D graphics, List<Point> line) {
    Path2D path = new Path2D.Double();
    for (Point point : line) {
      double x = x(point.x());
      double y = y(point.y());
      if (path.getCurrentPoint() == null) {
        path.moveTo(x, y);
      } else {
        path.lineTo(x, y);
      }
      graphics.fill(new Ellipse2D.Double(x - DOT / 2, y - DOT / 2, DOT, DOT));
    }
    graphics.draw(path);
  }

  private double x(double value) {
    return AREA.getX() + AREA.getWidth() * horizontal.share(value);
  }

  private static double largest(Map<String, List<Point>> lines, ToDoubleFunction<Point> side) {
    return lines.values().stream()
        .flatMap(List::stream)
        .mapToDouble(side)
        .max()
        .orElseThrow(() -> new IllegalArgumentException("there is nothing to draw"));
  }
}
