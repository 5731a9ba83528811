package io.patchstream.quickstart.bench;

import io.patchstream.plots.Axis;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;

/** A picture of figures: title, legend, and a vertical axis that begins at 0. */
abstract class Chart {

  /** A point of a line. */
  record Point(double x, double y) {}

  private static final MathContext THREE_DIGITS = new MathContext(3);
  private static final int WIDTH = 960;
  private static final int HEIGHT = 560;
  private static final int SCALE = 2; // for screens of many dots

  /** Where values are drawn, within the margins of labels and legend. */
  static final Rectangle2D AREA = new Rectangle2D.Double(80, 84, WIDTH - 110, HEIGHT - 150);

  /** Told apart by those who do not see red and green as different, too (Okabe and Ito). */
  private static final List<Color> COLORS =
      List.of(
          new Color(0x0072b2),
          new Color(0xe69f00),
          new Color(0x009e73),
          new Color(0xcc79a7),
          new Color(0x56b4e9),
          new Color(0xd55e00));

  static final Color INK = new Color(0x303030);
  private static final Color GRID = new Color(0xe2e2e2);

  private final String title;
  private final String xLabel;
  private final String yLabel;
  private final List<String> legend;
  private final Axis vertical;

  Chart(String title, String xLabel, String yLabel, List<String> legend, double largest) {
    this.title = title;
    this.xLabel = xLabel;
    this.yLabel = yLabel;
    this.legend = legend;
    vertical = Axis.from0(largest);
  }

  /** Draws the values, and the labels beneath them. */
  abstract void drawValues(Graphics2D graphics);

  /** Writes it as a PNG file. */
  final void write(Path file) throws IOException {
    BufferedImage image =
        new BufferedImage(SCALE * WIDTH, SCALE * HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.scale(SCALE, SCALE);
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.setColor(Color.WHITE);
      graphics.fillRect(0, 0, WIDTH, HEIGHT);
      graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
      drawFrame(graphics);
      drawValues(graphics);
    } finally {
      graphics.dispose();
    }
    ImageIO.write(image, "png", file.toFile());
  }

  static Color color(int series) {
    return COLORS.get(series % COLORS.size());
  }

  /** Where a value stands on the vertical axis. */
  final double y(double value) {
    return AREA.getMaxY() - AREA.getHeight() * vertical.share(value);
  }

  /** Writes with its middle at x. */
  static void centred(Graphics2D graphics, String text, double x, double y) {
    int width = graphics.getFontMetrics().stringWidth(text);
    graphics.drawString(text, (float) (x - width / 2.0), (float) y);
  }

  /** A value in three digits, or as many as it has before its point. */
  static String label(double value) {
    return value >= 100
        ? String.format(Locale.ROOT, "%.0f", value)
        : new BigDecimal(value, THREE_DIGITS).stripTrailingZeros().toPlainString();
  }

  private void drawFrame(Graphics2D graphics) {
    Font plain = graphics.getFont();
    graphics.setColor(INK);
    graphics.setFont(plain.deriveFont(Font.BOLD, 17));
    graphics.drawString(title, (float) AREA.getX(), 32);
    graphics.setFont(plain);
    drawLegend(graphics);
    for (double tick : vertical.ticks()) {
      graphics.setColor(GRID);
      graphics.draw(new Line2D.Double(AREA.getX(), y(tick), AREA.getMaxX(), y(tick)));
      graphics.setColor(INK);
      String text = label(tick);
      int width = graphics.getFontMetrics().stringWidth(text);
      graphics.drawString(text, (float) AREA.getX() - width - 8, (float) y(tick) + 5);
    }
    graphics.setStroke(new BasicStroke(1.2f));
    graphics.draw(new Line2D.Double(AREA.getX(), AREA.getMaxY(), AREA.getMaxX(), AREA.getMaxY()));
    centred(graphics, xLabel, AREA.getCenterX(), AREA.getMaxY() + 48);
    AffineTransform upright = graphics.getTransform();
    graphics.rotate(-Math.PI / 2, 22, AREA.getCenterY());
    centred(graphics, yLabel, 22, AREA.getCenterY());
    graphics.setTransform(upright);
  }

  private void drawLegend(Graphics2D graphics) {
    double x = AREA.getX();
    for (int series = 0; series < legend.size(); series++) {
      graphics.setColor(color(series));
      graphics.fill(new Rectangle2D.Double(x, 50, 14, 14));
      graphics.setColor(INK);
      graphics.drawString(legend.get(series), (float) x + 20, 62);
      x += 44 + graphics.getFontMetrics().stringWidth(legend.get(series));
    }
  }
}
