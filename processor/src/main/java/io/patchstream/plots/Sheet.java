package io.patchstream.plots;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.DoubleFunction;
import javax.imageio.ImageIO;

/** A white sheet with a title, measured in points, of which each is two pixels wide. */
final class Sheet {

  /** Where a text stands to the place that is named. */
  enum Align {
    LEFT,
    CENTRE,
    RIGHT
  }

  static final int SCALE = 2; // for screens of many dots
  static final int MARGIN = 24;

  /** The lower end of the title. */
  static final int TITLE = 64;

  static final Color INK = new Color(0x222222);
  static final Color FAINT = new Color(0x6b6b6b);
  static final Color LINE = new Color(0xd9d9d9);

  private static final int BAR_WIDTH = 14;
  private static final Font PLAIN = new Font(Font.SANS_SERIF, Font.PLAIN, 13);

  private final int width;
  private final BufferedImage image;
  private final Graphics2D graphics;

  /** With a title, and a line below it that says more; both are shortened to its width. */
  Sheet(int width, int height, String title, String subtitle) {
    this.width = width;
    this.image = new BufferedImage(SCALE * width, SCALE * height, BufferedImage.TYPE_INT_RGB);
    this.graphics = image.createGraphics();
    graphics.scale(SCALE, SCALE);
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
    graphics.setColor(Color.WHITE);
    graphics.fill(new Rectangle2D.Double(0, 0, width, height));
    graphics.setFont(PLAIN.deriveFont(Font.BOLD, 16));
    text(title, MARGIN, 30, Align.LEFT, INK);
    graphics.setFont(PLAIN);
    text(subtitle, MARGIN, 50, Align.LEFT, FAINT);
  }

  /**
   * Sees whether this Java can draw text, before it is in the middle of something.
   *
   * @throws IOException if not; the message says what to install
   */
  static void requireFonts() throws IOException {
    try {
      new Sheet(1, 1, "a", "b");
    } catch (RuntimeException | LinkageError | InternalError e) { // as each vendor's Java has it
      throw new IOException(
          "This Java cannot draw text (%s): install fontconfig and a font, such as DejaVu."
              .formatted(e),
          e);
    }
  }

  /** In points. */
  int width() {
    return width;
  }

  /** For what this class has no word for. */
  Graphics2D graphics() {
    return graphics;
  }

  /** A line of text; of one that would leave the sheet to the right, the middle is left out. */
  void text(String text, double x, double y, Align align, Color color) {
    graphics.setColor(color);
    String fitting = align == Align.LEFT ? fitting(text, width - MARGIN - x) : text;
    double length = graphics.getFontMetrics().getStringBounds(fitting, graphics).getWidth();
    double left =
        switch (align) {
          case LEFT -> x;
          case CENTRE -> x - length / 2;
          case RIGHT -> x - length;
        };
    graphics.drawString(fitting, (float) left, (float) y);
  }

  /** A line of small text. */
  void small(String text, double x, double y, Align align, Color color) {
    graphics.setFont(PLAIN.deriveFont(11f));
    text(text, x, y, align, color);
    graphics.setFont(PLAIN);
  }

  /** A line of text that is read from below, its middle at a place. */
  void upright(String text, double x, double y) {
    AffineTransform level = graphics.getTransform();
    graphics.rotate(-Math.PI / 2, x, y);
    text(text, x, y, Align.CENTRE, INK);
    graphics.setTransform(level);
  }

  private String fitting(String text, double room) {
    FontMetrics metrics = graphics.getFontMetrics();
    if (metrics.stringWidth(text) <= room) {
      return text;
    }
    int[] points = text.codePoints().toArray();
    String shorter = "";
    for (int kept = 1; kept < points.length; kept++) {
      int head = (kept + 1) / 2;
      int tail = kept - head;
      String candidate =
          new String(points, 0, head) + "…" + new String(points, points.length - tail, tail);
      if (metrics.stringWidth(candidate) > room) {
        return shorter;
      }
      shorter = candidate;
    }
    return shorter;
  }

  /** An image in a frame of its own size, its pixels as squares or smoothed. */
  void image(BufferedImage part, Rectangle2D area, boolean smooth) {
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION,
        smooth
            ? RenderingHints.VALUE_INTERPOLATION_BICUBIC
            : RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
    AffineTransform to = AffineTransform.getTranslateInstance(area.getX(), area.getY());
    to.scale(area.getWidth() / part.getWidth(), area.getHeight() / part.getHeight());
    graphics.drawImage(part, to, null);
  }

  /**
   * A bar of a colour map, from its lower end up, with ticks and a name.
   *
   * @param ticks shares of the scale, 0 to 1
   * @param label what stands at a tick
   */
  void colorBar(
      ColorMap colors,
      Rectangle2D area,
      double[] ticks,
      DoubleFunction<String> label,
      String name) {
    int rows = (int) (area.getHeight() * SCALE);
    BufferedImage bar = new BufferedImage(1, rows, BufferedImage.TYPE_INT_RGB);
    for (int row = 0; row < rows; row++) {
      bar.setRGB(0, row, colors.rgb(1 - row / (rows - 1.0)));
    }
    Rectangle2D strip =
        new Rectangle2D.Double(area.getX(), area.getY(), BAR_WIDTH, area.getHeight());
    image(bar, strip, false);
    graphics.setColor(LINE);
    graphics.draw(strip);
    double widest = 0;
    for (double tick : ticks) {
      double y = area.getMaxY() - tick * area.getHeight();
      String text = label.apply(tick);
      widest = Math.max(widest, graphics.getFontMetrics().stringWidth(text));
      text(text, strip.getMaxX() + 6, y + 4.5, Align.LEFT, INK);
    }
    upright(name, strip.getMaxX() + widest + 26, area.getCenterY());
  }

  /** Writes it as a PNG file. */
  void write(Path file) throws IOException {
    graphics.dispose();
    ImageIO.write(image, "png", file.toFile());
  }
}
