package io.patchstream.it;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Which numbers have come to a topic, told one after the other in the order of each partition. A
 * number's input partition is its remainder by the number of those.
 */
final class Arrivals {

  private final int inputPartitions;
  private final BitSet seen = new BitSet();
  private final Map<List<Integer>, Integer> last = new HashMap<>();
  private final List<Integer> doubled = new ArrayList<>();
  private final List<String> outOfOrder = new ArrayList<>();

  Arrivals(int inputPartitions) {
    this.inputPartitions = inputPartitions;
  }

  void see(int number, int outputPartition) {
    if (seen.get(number)) {
      doubled.add(number);
    }
    seen.set(number);
    // Keys decide the output partition: only what came from one partition to one has an order.
    Integer before = last.put(List.of(outputPartition, number % inputPartitions), number);
    if (before != null && before > number) {
      outOfOrder.add(number + " after " + before);
    }
  }

  /** The numbers that came, each once. */
  BitSet seen() {
    return (BitSet) seen.clone();
  }

  /** The numbers from 0 to {@code count - 1} that did not come. */
  List<Integer> missing(int count) {
    return IntStream.range(0, count).filter(number -> !seen.get(number)).boxed().toList();
  }

  /** Each number as often as it came once too often. */
  List<Integer> doubled() {
    return List.copyOf(doubled);
  }

  List<String> outOfOrder() {
    return List.copyOf(outOfOrder);
  }
}
