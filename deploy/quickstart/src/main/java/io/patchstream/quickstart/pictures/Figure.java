package io.patchstream.quickstart.pictures;

import static java.lang.Math.PI;
import static java.lang.Math.cos;
import static java.lang.Math.sin;

import java.awt.BasicStroke;
import java.awt.Shape;
import java.awt.geom.Arc2D;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Function;

/** The classes of pictures. Proportions and counts vary from picture to picture. */
enum Figure {
  ARROW(Figure::arrow, true),
  BOAT(Figure::boat, false),
  CHECKERBOARD(Figure::checkerboard, true),
  CRESCENT(Figure::crescent, true),
  CROSS(Figure::cross, true),
  FACE(Figure::face, false),
  FISH(Figure::fish, false),
  FLOWER(Figure::flower, true),
  HOUSE(Figure::house, false),
  KEY(Figure::key, true),
  LADDER(Figure::ladder, true),
  RING(Figure::ring, true),
  SPIRAL(Figure::spiral, true),
  STAR(Figure::star, true),
  TREE(Figure::tree, false),
  UMBRELLA(Figure::umbrella, false);

  private static final Shape NOTHING = new Path2D.Double();

  private final Function<SplittableRandom, Drawing> design;
  private final boolean anyWayUp;

  Figure(Function<SplittableRandom, Drawing> design, boolean anyWayUp) {
    this.design = design;
    this.anyWayUp = anyWayUp;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it is still itself when it stands on its head. */
  boolean anyWayUp() {
    return anyWayUp;
  }

  Drawing design(SplittableRandom random) {
    return design.apply(random);
  }

  private static Drawing arrow(SplittableRandom random) {
    double shaft = random.nextDouble(0.13, 0.24);
    double head = random.nextDouble(0.5, 0.7);
    double neck = random.nextDouble(0.0, 0.3);
    return plain(
        polygon(-1, -shaft, neck, -shaft, neck, -head, 1, 0, neck, head, neck, shaft, -1, shaft));
  }

  private static Drawing boat(SplittableRandom random) {
    double deck = random.nextDouble(0.35, 0.45);
    double stern = random.nextDouble(0.5, 0.65);
    Area body = new Area(polygon(-1, deck, 1, deck, stern, 0.95, -stern, 0.95));
    body.add(new Area(box(-0.06, -1, 0.06, deck)));
    body.add(new Area(polygon(0.14, -0.95, 0.14, deck - 0.13, 0.85, deck - 0.13)));
    body.add(new Area(polygon(-0.14, -0.7, -0.14, deck - 0.13, -0.7, deck - 0.13)));
    return plain(body);
  }

  private static Drawing checkerboard(SplittableRandom random) {
    int fields = random.nextInt(4, 6);
    double side = 1.7 / fields;
    Path2D body = new Path2D.Double();
    for (int i = 0; i < fields * fields; i++) {
      int row = i / fields;
      int column = i % fields;
      if ((row + column) % 2 == 0) {
        double x = -0.85 + column * side;
        double y = -0.85 + row * side;
        body.append(box(x, y, x + side, y + side), false);
      }
    }
    return plain(body);
  }

  private static Drawing crescent(SplittableRandom random) {
    Area body = new Area(disc(0, 0, 0.95));
    double bite = random.nextDouble(0.7, 0.8);
    body.subtract(new Area(disc(random.nextDouble(0.4, 0.55), 0, bite)));
    return plain(body);
  }

  private static Drawing cross(SplittableRandom random) {
    double bar = random.nextDouble(0.18, 0.32);
    Area body = new Area(box(-0.95, -bar, 0.95, bar));
    body.add(new Area(box(-bar, -0.95, bar, 0.95)));
    return plain(body);
  }

  private static Drawing face(SplittableRandom random) {
    double apart = random.nextDouble(0.3, 0.4);
    double eye = random.nextDouble(0.13, 0.19);
    Path2D details = new Path2D.Double();
    details.append(disc(-apart, -0.28, eye), false);
    details.append(disc(apart, -0.28, eye), false);
    Shape mouth = new Arc2D.Double(-0.5, -0.4, 1, 0.95, 205, 130, Arc2D.OPEN);
    details.append(line(mouth, random.nextDouble(0.14, 0.2)), false);
    return new Drawing(disc(0, 0, 0.95), details);
  }

  private static Drawing fish(SplittableRandom random) {
    double belly = random.nextDouble(0.4, 0.6);
    double tail = random.nextDouble(0.4, 0.6);
    Area body = new Area(new Ellipse2D.Double(-1, -belly, 1.5, 2 * belly));
    body.add(new Area(polygon(0.3, 0, 1, -tail, 0.8, 0, 1, tail)));
    return new Drawing(body, disc(-0.62, -0.12, 0.11));
  }

  private static Drawing flower(SplittableRandom random) {
    int petals = random.nextInt(5, 8);
    double petal = random.nextDouble(0.9, 1.05) * 1.75 / petals;
    Path2D body = new Path2D.Double(Path2D.WIND_NON_ZERO);
    for (int i = 0; i < petals; i++) {
      double angle = 2 * PI * i / petals;
      body.append(disc(0.62 * cos(angle), 0.62 * sin(angle), petal), false);
    }
    body.append(disc(0, 0, 0.5), false);
    return new Drawing(body, disc(0, 0, random.nextDouble(0.25, 0.35)));
  }

  private static Drawing house(SplittableRandom random) {
    double wall = random.nextDouble(0.6, 0.75);
    double eaves = random.nextDouble(-0.2, 0.0);
    Path2D body = new Path2D.Double(Path2D.WIND_NON_ZERO);
    body.append(box(-wall, eaves - 0.01, wall, 0.95), false);
    body.append(polygon(-1, eaves, 0, -0.95, 1, eaves), false);
    Path2D details = new Path2D.Double();
    double door = random.nextDouble(-0.45, -0.3);
    details.append(box(door, 0.35, door + 0.32, 0.95), false);
    details.append(box(0.12, 0.15, 0.48, 0.5), false);
    return new Drawing(body, details);
  }

  private static Drawing key(SplittableRandom random) {
    double bow = random.nextDouble(0.38, 0.48);
    double shaft = random.nextDouble(0.1, 0.14);
    Area body = new Area(disc(-1 + bow, 0, bow));
    body.subtract(new Area(disc(-1 + bow, 0, bow - 0.2)));
    body.add(new Area(box(-1.02 + 2 * bow, -shaft, 1, shaft)));
    double bit = random.nextDouble(0.35, 0.5);
    body.add(new Area(box(0.78, 0, 1, bit)));
    body.add(new Area(box(0.4, 0, 0.6, bit)));
    return plain(body);
  }

  private static Drawing ladder(SplittableRandom random) {
    double half = random.nextDouble(0.38, 0.5);
    double thick = random.nextDouble(0.12, 0.16);
    int rungs = random.nextInt(4, 6);
    Path2D body = new Path2D.Double(Path2D.WIND_NON_ZERO);
    body.append(box(-half - thick / 2, -1, -half + thick / 2, 1), false);
    body.append(box(half - thick / 2, -1, half + thick / 2, 1), false);
    for (int i = 0; i < rungs; i++) {
      double y = -0.8 + 1.6 * i / (rungs - 1);
      body.append(box(-half, y - thick / 2, half, y + thick / 2), false);
    }
    return plain(body);
  }

  private static Drawing ring(SplittableRandom random) {
    Path2D body = new Path2D.Double(Path2D.WIND_EVEN_ODD);
    body.append(disc(0, 0, 0.95), false);
    body.append(disc(0, 0, random.nextDouble(0.5, 0.72)), false);
    return plain(body);
  }

  private static Drawing spiral(SplittableRandom random) {
    double turns = random.nextDouble(2, 2.6);
    Path2D curve = new Path2D.Double();
    curve.moveTo(0, 0);
    int steps = 60;
    for (int i = 1; i <= steps; i++) {
      double r = 0.88 * i / steps;
      double angle = 2 * PI * turns * i / steps;
      curve.lineTo(r * cos(angle), r * sin(angle));
    }
    return plain(line(curve, random.nextDouble(0.15, 0.19)));
  }

  private static Drawing star(SplittableRandom random) {
    int points = random.nextInt(5, 7);
    double inner = random.nextDouble(0.36, 0.46);
    double[] corners = new double[4 * points];
    for (int i = 0; i < 2 * points; i++) {
      double r = i % 2 == 0 ? 1 : inner;
      corners[2 * i] = r * sin(PI * i / points);
      corners[2 * i + 1] = -r * cos(PI * i / points);
    }
    return plain(polygon(corners));
  }

  private static Drawing tree(SplittableRandom random) {
    double trunk = random.nextDouble(0.12, 0.18);
    double wide = random.nextDouble(0.65, 0.85);
    Path2D body = new Path2D.Double(Path2D.WIND_NON_ZERO);
    body.append(box(-trunk, 0.5, trunk, 1), false);
    body.append(polygon(-wide, 0.6, 0, -0.2, wide, 0.6), false);
    body.append(polygon(-wide * 0.8, 0.12, 0, -0.6, wide * 0.8, 0.12), false);
    body.append(polygon(-wide * 0.6, -0.35, 0, -1, wide * 0.6, -0.35), false);
    return plain(body);
  }

  private static Drawing umbrella(SplittableRandom random) {
    double pole = random.nextDouble(0.1, 0.14);
    Area body = new Area(new Arc2D.Double(-1, -0.95, 2, 1.9, 0, 180, Arc2D.CHORD));
    body.add(new Area(box(-pole / 2, -0.1, pole / 2, 0.75)));
    Shape crook = new Arc2D.Double(-0.4, 0.5, 0.4, 0.4, 180, 180, Arc2D.OPEN);
    body.add(new Area(line(crook, pole)));
    for (int i = -1; i <= 1; i++) {
      body.subtract(new Area(new Ellipse2D.Double(i * 0.66 - 0.3, -0.18, 0.6, 0.3)));
    }
    body.add(new Area(box(-pole / 2, -0.2, pole / 2, 0.75)));
    return plain(body);
  }

  private static Drawing plain(Shape body) {
    return new Drawing(body, NOTHING);
  }

  private static Shape disc(double x, double y, double radius) {
    return new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
  }

  private static Shape box(double left, double top, double right, double bottom) {
    return new Rectangle2D.Double(left, top, right - left, bottom - top);
  }

  private static Shape line(Shape curve, double width) {
    return new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND)
        .createStrokedShape(curve);
  }

  /** Corners as x, y, x, y, ... */
  private static Shape polygon(double... corners) {
    Path2D path = new Path2D.Double();
    path.moveTo(corners[0], corners[1]);
    for (int i = 2; i < corners.length; i += 2) {
      path.lineTo(corners[i], corners[i + 1]);
    }
    path.closePath();
    return path;
  }
}
