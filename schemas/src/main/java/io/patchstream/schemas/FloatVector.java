package io.patchstream.schemas;

import java.util.AbstractList;
import java.util.RandomAccess;

/**
 * An array of floats as the list that {@link ImageEmbedding#getVector()} holds: a view, so that an
 * embedding is written without a boxed copy of it.
 */
public final class FloatVector extends AbstractList<Float> implements RandomAccess {
  private final float[] values;

  /**
   * A view of an array.
   *
   * @param values [dimension]; not copied, so not to be changed afterwards
   */
  public FloatVector(float[] values) {
    this.values = values;
  }

  @Override
  public Float get(int index) {
    return values[index];
  }

  /** As {@link #get}, but no object. */
  public float getFloat(int index) {
    return values[index];
  }

  @Override
  public int size() {
    return values.length;
  }
}
