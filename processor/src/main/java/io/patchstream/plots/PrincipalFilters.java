package io.patchstream.plots;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.SingularOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

/**
 * The principal components of filters: the directions, each of length 1, along which they differ
 * most. The sign of a component means nothing; its largest value is made positive.
 */
final class PrincipalFilters {

  private final double[] shares;
  private final DMatrixRMaj components;

  /**
   * Of filters, less their mean.
   *
   * @param filters [filters, length]
   */
  PrincipalFilters(float[][] filters) {
    DMatrixRMaj centred = centred(filters);
    SingularValueDecomposition_F64<DMatrixRMaj> svd =
        DecompositionFactory_DDRM.svd(centred.numRows, centred.numCols, false, true, true);
    if (!svd.decompose(centred)) {
      throw new IllegalStateException("the filters have no singular values");
    }
    components = svd.getV(null, true);
    double[] values = svd.getSingularValues();
    SingularOps_DDRM.descendingOrder(
        null, false, values, svd.numberOfSingularValues(), components, true);
    shares = shares(values, svd.numberOfSingularValues());
  }

  private static DMatrixRMaj centred(float[][] filters) {
    int length = filters[0].length;
    DMatrixRMaj matrix = new DMatrixRMaj(filters.length, length);
    for (int i = 0; i < length; i++) {
      double mean = 0;
      for (float[] filter : filters) {
        mean += filter[i] / (double) filters.length;
      }
      for (int row = 0; row < filters.length; row++) {
        matrix.unsafe_set(row, i, filters[row][i] - mean);
      }
    }
    return matrix;
  }

  /** A component's variance is the square of its singular value. */
  private static double[] shares(double[] values, int count) {
    double all = 0;
    for (int i = 0; i < count; i++) {
      all += values[i] * values[i];
    }
    double[] shares = new double[count];
    for (int i = 0; i < count; i++) {
      shares[i] = all == 0 ? 0 : values[i] * values[i] / all;
    }
    return shares;
  }

  /** How many there are: as many as filters, or as values of one, whichever is less. */
  int count() {
    return shares.length;
  }

  /** The part of all variance that one makes, 0 to 1; the first one's is the largest. */
  double share(int component) {
    return shares[component];
  }

  /** The values of one, as a filter has them. */
  double[] component(int component) {
    double[] values = new double[components.numCols];
    int largest = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = components.unsafe_get(component, i);
      largest = Math.abs(values[i]) > Math.abs(values[largest]) ? i : largest;
    }
    double sign = values[largest] < 0 ? -1 : 1;
    for (int i = 0; i < values.length; i++) {
      values[i] *= sign;
    }
    return values;
  }
}
