package io.patchstream.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.fixtures.NumberedPicture;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.assertj.core.api.SoftAssertions;

/**
 * The numbers 0 to {@code count - 1} as pictures through a pipeline. Number n goes to input
 * partition n modulo the partitions, in ascending order, and its key is the number, so that the
 * results tell what was lost, doubled, given to another picture or taken out of turn.
 *
 * @param pipeline the way that they go
 * @param count how many numbers
 */
record NumberedImages(Pipeline pipeline, int count) {

  /** Sends all of them as events; {@code picture} says how a number is drawn and encoded. */
  void send(Function<NumberedPicture, byte[]> picture) {
    send(0, count, picture);
  }

  /** Sends the numbers from {@code first} to {@code end - 1}. */
  void send(int first, int end, Function<NumberedPicture, byte[]> picture) {
    for (int number = first; number < end; number++) {
      pipeline.sendEvent(
          number % pipeline.partitions(),
          Integer.toString(number),
          picture.apply(NumberedPicture.of(number)));
    }
    pipeline.flush();
  }

  /**
   * Sees that every number has exactly one label, that the label is the number, and that each input
   * partition's results stand in its order.
   *
   * @param labels all committed records of the labels topic, in the order of each partition
   */
  void assertLabelledOnce(List<ConsumerRecord<byte[], byte[]>> labels) {
    for (ConsumerRecord<byte[], byte[]> record : labels) {
      assertThat(pipeline.label(record).getPredictions().get(0).getLabel())
          .as("label of number %d", number(record))
          .isEqualTo(Integer.toString(number(record)));
    }
    assertEachOnceInOrder(labels);
  }

  /** Sees that every number has exactly one record, and each input partition's in its order. */
  void assertEachOnceInOrder(List<ConsumerRecord<byte[], byte[]>> results) {
    Arrivals arrivals = new Arrivals(pipeline.partitions());
    results.forEach(record -> arrivals.see(number(record), record.partition()));
    SoftAssertions softly = new SoftAssertions();
    softly.assertThat(arrivals.missing(count)).as("lost, or still to come").isEmpty();
    softly.assertThat(arrivals.doubled()).as("doubled").isEmpty();
    softly.assertThat(arrivals.outOfOrder()).as("out of order").isEmpty();
    softly.assertAll();
  }

  /** Which number a record is of. */
  static int number(ConsumerRecord<byte[], byte[]> record) {
    return Integer.parseInt(new String(record.key(), UTF_8));
  }
}
