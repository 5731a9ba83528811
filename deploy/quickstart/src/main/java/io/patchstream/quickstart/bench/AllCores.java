package io.patchstream.quickstart.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The same work in several threads at once. */
final class AllCores {

  private AllCores() {}

  /**
   * Runs each in a thread of its own and adds up what they reach.
   *
   * @param workers each measures its own rate
   * @throws Exception the first failure of one of them
   */
  static double sum(List<Callable<Double>> workers) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(workers.size());
    try {
      List<Future<Double>> rates = new ArrayList<>(pool.invokeAll(workers));
      double sum = 0;
      for (Future<Double> rate : rates) {
        sum += rate.get();
      }
      return sum;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception failure ? failure : e;
    } finally {
      pool.shutdown();
    }
  }
}
