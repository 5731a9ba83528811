package io.patchstream.quickstart.pictures;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.Paint;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.SplittableRandom;

/**
 * One figure on a background, amid clutter and noise. Lengths are in units of the picture's shorter
 * side, and every draw from the random source is independent of the size in pixels, so a scene is
 * the same at any size.
 */
final class Scene {

  private final Figure figure;
  private final SplittableRandom random;

  /** The random source becomes the scene's own. */
  Scene(Figure figure, SplittableRandom random) {
    this.figure = figure;
    this.random = random;
  }

  /** The pixels: [height, width, 3]. To be called once. */
  byte[] draw(int width, int height) {
    SplittableRandom noise = random.split();
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D canvas = image.createGraphics();
    canvas.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    canvas.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    int unit = Math.min(width, height);
    canvas.scale(unit, unit);
    paint(canvas, (double) width / unit, (double) height / unit);
    canvas.dispose();
    return withNoise(((DataBufferInt) image.getRaster().getDataBuffer()).getData(), noise);
  }

  private void paint(Graphics2D canvas, double width, double height) {
    Color ground = Palette.any(random);
    paintGround(canvas, ground, width, height);
    paintClutter(canvas, random.nextInt(3, 10), width, height);
    paintFigure(canvas, ground, width, height);
    paintClutter(canvas, random.nextInt(0, 3), width, height);
  }

  private void paintGround(Graphics2D canvas, Color ground, double width, double height) {
    canvas.setPaint(texture(ground));
    canvas.fill(new Rectangle2D.Double(0, 0, width, height));
    int blotches = random.nextBoolean() ? random.nextInt(5, 20) : 0;
    for (int i = 0; i < blotches; i++) {
      canvas.setPaint(Palette.like(ground, random));
      canvas.fill(spot(0.05, 0.3, width, height));
    }
  }

  /** Small marks in any colour. */
  private void paintClutter(Graphics2D canvas, int marks, double width, double height) {
    for (int i = 0; i < marks; i++) {
      canvas.setPaint(Palette.any(random));
      canvas.fill(spot(0.02, 0.09, width, height));
    }
  }

  private void paintFigure(Graphics2D canvas, Color ground, double width, double height) {
    Drawing drawing = figure.design(random);
    Color color = Palette.apartFrom(ground, random);
    AffineTransform whole = canvas.getTransform();
    canvas.transform(placement(width, height));
    canvas.setPaint(texture(color));
    canvas.fill(drawing.body());
    canvas.setPaint(Palette.apartFrom(color, random));
    canvas.fill(drawing.details());
    canvas.setTransform(whole);
  }

  /** Where the figure stands, how large, and how it is turned. */
  private AffineTransform placement(double width, double height) {
    double radius = random.nextDouble(0.33, 0.46);
    double turn =
        figure.anyWayUp() ? random.nextDouble(-Math.PI, Math.PI) : random.nextDouble(-0.35, 0.35);
    double x = random.nextDouble(radius, width - radius);
    double y = random.nextDouble(radius, height - radius);
    double stretch = random.nextDouble(0.88, 1.0);
    AffineTransform placement = AffineTransform.getTranslateInstance(x, y);
    placement.rotate(turn);
    placement.scale(random.nextBoolean() ? radius : -radius, radius * stretch);
    return placement;
  }

  /** Plain, a gradient, or stripes; all near one colour. */
  private Paint texture(Color color) {
    Color other = Palette.like(color, random);
    double length = random.nextDouble(0.03, 0.12);
    double angle = random.nextDouble(Math.PI);
    return switch (random.nextInt(3)) {
      case 0 -> color;
      case 1 -> gradient(color, other, 1, angle);
      default -> gradient(color, other, length, angle);
    };
  }

  private static Paint gradient(Color from, Color to, double length, double angle) {
    float x = (float) (length * Math.cos(angle));
    float y = (float) (length * Math.sin(angle));
    return new GradientPaint(0, 0, from, x, y, to, true);
  }

  private Shape spot(double least, double most, double width, double height) {
    double w = random.nextDouble(least, most);
    double h = random.nextDouble(least, most);
    double x = random.nextDouble(width) - w / 2;
    double y = random.nextDouble(height) - h / 2;
    return random.nextBoolean()
        ? new Ellipse2D.Double(x, y, w, h)
        : new Rectangle2D.Double(x, y, w, h);
  }

  /** Adds noise to each channel of each pixel. */
  private static byte[] withNoise(int[] pixels, SplittableRandom noise) {
    int strength = noise.nextInt(1, 20);
    byte[] rgb = new byte[3 * pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      long bits = noise.nextLong();
      for (int channel = 0; channel < 3; channel++) {
        int value = pixels[i] >> 16 - 8 * channel & 0xff;
        // Two bytes less two bytes: a triangle about 0.
        int deviation = (int) (bits & 0xff) - (int) (bits >> 8 & 0xff);
        bits >>>= 16;
        value += deviation * strength / 255;
        rgb[3 * i + channel] = (byte) Math.min(255, Math.max(0, value));
      }
    }
    return rgb;
  }
}
