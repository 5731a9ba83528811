package io.patchstream.quickstart.bench;

import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.util.List;

/** Groups of bars side by side, each with its value above it. */
final class BarChart extends Chart {

  /**
   * Bars side by side.
   *
   * @param name beneath them
   * @param values in the order of the legend
   */
  record Group(String name, List<Double> values) {}

  private static final double GAP = 0.25;

  private final List<Group> groups;

  BarChart(String title, String yLabel, List<String> legend, List<Group> groups) {
    super(
        title,
        "",
        yLabel,
        legend,
        groups.stream()
            .flatMap(group -> group.values().stream())
            .mapToDouble(Double::doubleValue)
            .max()
            .orElseThrow(() -> new IllegalArgumentException("there is nothing to draw")));
    this.groups = groups;
  }

  @Override
  void drawValues(Graphics2D graphics) {
    double width = AREA.getWidth() / groups.size();
    for (int i = 0; i < groups.size(); i++) {
      double left = AREA.getX() + i * width;
      drawBars(graphics, groups.get(i).values(), left + width * GAP / 2, width * (1 - GAP));
      centred(graphics, groups.get(i).name(), left + width / 2, AREA.getMaxY() + 22);
    }
  }

  private void drawBars(Graphics2D graphics, List<Double> values, double left, double width) {
    double bar = width / values.size();
    for (int series = 0; series < values.size(); series++) {
      double value = values.get(series);
      double x = left + series * bar;
      graphics.setColor(color(series));
      graphics.fill(new Rectangle2D.Double(x, y(value), bar - 2, AREA.getMaxY() - y(value)));
      graphics.setColor(INK);
      centred(graphics, label(value), x + bar / 2, y(value) - 6);
    }
  }
}
