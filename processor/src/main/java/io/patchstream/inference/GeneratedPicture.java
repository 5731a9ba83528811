package io.patchstream.inference;

import io.patchstream.image.Grid;
import java.nio.FloatBuffer;
import java.util.SplittableRandom;

/**
 * A made-up picture, the same for the same seed: waves in all directions, the finer the fainter as
 * in photographs (Field 1987, "Relations between the statistics of natural images and the response
 * properties of cortical cells"), each colour with phases of its own. Normalised: of mean 0 and
 * about variance 1.
 */
public final class GeneratedPicture {

  private static final int CHANNELS = 3;
  private static final int WAVES = 12;

  /** From half a wave an image side to sixteen. */
  private static final double OCTAVES = 5;

  private final double[] down = new double[WAVES];
  private final double[] right = new double[WAVES];
  private final double[] amplitude = new double[WAVES];
  private final double[][] phase = new double[CHANNELS][WAVES];

  /** One for each seed. */
  public GeneratedPicture(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double power = 0;
    for (int i = 0; i < WAVES; i++) {
      double frequency = Math.PI * Math.pow(2, OCTAVES * i / (WAVES - 1));
      double direction = 2 * Math.PI * random.nextDouble();
      down[i] = frequency * Math.sin(direction);
      right[i] = frequency * Math.cos(direction);
      amplitude[i] = 1 / Math.sqrt(frequency);
      power += amplitude[i] * amplitude[i] / 2;
      for (double[] channel : phase) {
        channel[i] = 2 * Math.PI * random.nextDouble();
      }
    }
    for (int i = 0; i < WAVES; i++) {
      amplitude[i] /= Math.sqrt(power);
    }
  }

  /** The picture in patches, direct, [patches, 3*P*P] as the model takes them. */
  public FloatBuffer patches(Grid grid, int patchSize) {
    FloatBuffer patches = DirectBuffers.floats(grid.patches() * CHANNELS * patchSize * patchSize);
    for (int patch = 0; patch < grid.patches(); patch++) {
      int top = patch / grid.columns() * patchSize;
      int left = patch % grid.columns() * patchSize;
      for (int channel = 0; channel < CHANNELS; channel++) {
        for (int y = top; y < top + patchSize; y++) {
          for (int x = left; x < left + patchSize; x++) {
            patches.put(
                value(
                    channel,
                    (double) y / (grid.rows() * patchSize),
                    (double) x / (grid.columns() * patchSize)));
          }
        }
      }
    }
    return patches.flip();
  }

  /** At a place between 0 and 1 on both axes. */
  private float value(int channel, double y, double x) {
    double value = 0;
    for (int i = 0; i < WAVES; i++) {
      value += amplitude[i] * Math.cos(down[i] * y + right[i] * x + phase[channel][i]);
    }
    return (float) value;
  }
}
