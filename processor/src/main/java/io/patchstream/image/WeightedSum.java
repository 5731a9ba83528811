package io.patchstream.image;

import java.util.Arrays;

/**
 * One line of a resized picture: the sums of the lines that it is made of, each by its weight, in
 * Pillow's fixed point.
 *
 * <p>C2 turns these loops into SIMD code, on JDK 17 too, as long as they stay what they are: all
 * arrays indexed by the loop's variable alone, nothing but ints, one array written to, at most four
 * read, no {@code Math.min} or {@code max}.
 */
final class WeightedSum {

  private static final int HALF = 1 << (Taps.PRECISION - 1);

  private int[] red = {};
  private int[] green = {};
  private int[] blue = {};

  /** The first {@code length} pixels of an output line. */
  void sum(LineRing lines, Taps taps, int output, int[] target, int length) {
    if (red.length < length) {
      red = new int[length];
      green = new int[length];
      blue = new int[length];
    }
    sum(lines, taps, output, Pixels.RED, red, length);
    sum(lines, taps, output, Pixels.GREEN, green, length);
    sum(lines, taps, output, Pixels.BLUE, blue, length);
    pack(red, green, blue, target, length);
  }

  private static void sum(
      LineRing lines, Taps taps, int output, int channel, int[] sums, int length) {
    Arrays.fill(sums, 0, length, HALF);
    int[] weights = taps.weights();
    int weight = taps.weightsAt(output);
    int line = taps.first(output);
    int end = line + taps.count(output);
    for (; line + 4 <= end; line += 4, weight += 4) {
      addFour(
          lines.get(line),
          lines.get(line + 1),
          lines.get(line + 2),
          lines.get(line + 3),
          weights[weight],
          weights[weight + 1],
          weights[weight + 2],
          weights[weight + 3],
          channel,
          sums,
          length);
    }
    for (; line < end; line++, weight++) {
      add(lines.get(line), weights[weight], channel, sums, length);
    }
  }

  /** Four at a time, so that the sums are loaded and stored once for them. */
  private static void addFour(
      int[] a,
      int[] b,
      int[] c,
      int[] d,
      int weightA,
      int weightB,
      int weightC,
      int weightD,
      int channel,
      int[] sums,
      int length) {
    for (int i = 0; i < length; i++) {
      sums[i] +=
          (a[i] >> channel & 0xff) * weightA
              + (b[i] >> channel & 0xff) * weightB
              + (c[i] >> channel & 0xff) * weightC
              + (d[i] >> channel & 0xff) * weightD;
    }
  }

  private static void add(int[] a, int weight, int channel, int[] sums, int length) {
    for (int i = 0; i < length; i++) {
      sums[i] += (a[i] >> channel & 0xff) * weight;
    }
  }

  private static void pack(int[] red, int[] green, int[] blue, int[] target, int length) {
    for (int i = 0; i < length; i++) {
      target[i] =
          clip(red[i]) << Pixels.RED
              | clip(green[i]) << Pixels.GREEN
              | clip(blue[i]) << Pixels.BLUE;
    }
  }

  /** The level of a sum: 0 where it is negative, 255 where it is more. */
  private static int clip(int sum) {
    int level = sum >> Taps.PRECISION;
    return (level | 255 - level >> 31) & ~(level >> 31) & 0xff;
  }
}
