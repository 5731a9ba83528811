package io.patchstream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.image.Grid;
import io.patchstream.inference.Inference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class InFlightPartitionTest {

  private static final Inference ANSWER =
      new Inference(List.of(), new float[0], new float[0], 1, 1, new Grid(1, 1));

  private final ResidentBytes residentBytes = new ResidentBytes(1000);
  private final Map<Long, CompletableFuture<Inference>> inferences = new HashMap<>();

  @Test
  void resultsLeaveInArrivalOrder() {
    InFlightPartition partition = InFlightPartition.startingAt(10);
    take(partition, 10);
    take(partition, 11);
    take(partition, 12);

    inferences.get(11L).complete(ANSWER);
    assertThat(partition.pollDone()).isNull();

    inferences.get(10L).complete(ANSWER);
    assertThat(partition.pollDone().offset()).isEqualTo(10);
    assertThat(partition.pollDone().offset()).isEqualTo(11);
    assertThat(partition.pollDone()).isNull();
    assertThat(partition.mark()).isEqualTo(new ResumeMark(12, 13));
  }

  @Test
  void aFailureIsAResult() {
    InFlightPartition partition = InFlightPartition.startingAt(0);
    take(partition, 0);
    inferences.get(0L).completeExceptionally(new IllegalStateException("bad"));

    assertThat(partition.pollDone().outcome().failure()).hasMessage("bad");
  }

  @Test
  void aCancelledInferenceIsNone() {
    InFlightPartition partition = InFlightPartition.startingAt(0);
    take(partition, 0);
    inferences.get(0L).cancel(true);

    assertThat(partition.pollDone()).isNull();
    assertThat(partition.mark()).isEqualTo(new ResumeMark(0, 1));
  }

  @Test
  void theMarkSpansHolesInTheOffsets() {
    InFlightPartition partition = InFlightPartition.startingAt(3);
    assertThat(partition.markAfter(3)).isEqualTo(new ResumeMark(3, 4));
    take(partition, 3);
    assertThat(partition.markAfter(9)).isEqualTo(new ResumeMark(3, 10));
    take(partition, 9);

    inferences.get(3L).complete(ANSWER);
    partition.pollDone();

    assertThat(partition.mark()).isEqualTo(new ResumeMark(9, 10));
  }

  @Test
  void anEmptyPartitionLeavesAnEmptyMark() {
    InFlightPartition partition = InFlightPartition.startingAt(3);
    take(partition, 3);
    inferences.get(3L).complete(ANSWER);
    partition.pollDone();

    assertThat(partition.isEmpty()).isTrue();
    assertThat(partition.mark()).isEqualTo(new ResumeMark(4, 4));
    assertThat(partition.markAfter(8)).isEqualTo(new ResumeMark(8, 9));
  }

  @Test
  void aBacklogGoesBeforeWhatComesNew() {
    InFlightPartition partition = InFlightPartition.resuming(new ResumeMark(5, 8));
    partition.consume(8);

    assertThat(partition.hasBacklog()).isTrue();
    assertThat(partition.backlogFrom()).isEqualTo(5);
    assertThat(partition.next()).isEqualTo(9);
    assertThat(partition.mark()).isEqualTo(new ResumeMark(5, 9));

    partition.add(image(5));
    partition.skipTo(8);
    partition.add(image(8));
    assertThat(partition.hasBacklog()).isFalse();
    inferences.values().forEach(inference -> inference.complete(ANSWER));
    assertThat(partition.pollDone().offset()).isEqualTo(5);
    assertThat(partition.pollDone().offset()).isEqualTo(8);
  }

  @Test
  void skippingEndsAtTheEndOfTheRun() {
    InFlightPartition partition = InFlightPartition.resuming(new ResumeMark(5, 8));
    partition.skipTo(100);

    assertThat(partition.isEmpty()).isTrue();
    assertThat(partition.mark()).isEqualTo(new ResumeMark(8, 8));
  }

  @Test
  void anOfferOfTheSameRecordIsARetry() {
    InFlightPartition partition = InFlightPartition.startingAt(4);
    assertThat(partition.isRetry(4)).isFalse();
    take(partition, 4);

    assertThat(partition.isRetry(4)).isTrue();
    assertThat(partition.isRetry(5)).isFalse();
  }

  @Test
  void aGroupMovedBackGetsItsRecordsAgain() {
    InFlightPartition partition = InFlightPartition.resuming(new ResumeMark(5, 20));
    partition.add(image(5));
    partition.add(image(6));
    partition.rewindTo(6);

    assertThat(partition.mark()).isEqualTo(new ResumeMark(5, 6));
    assertThat(inferences.get(6L)).isCancelled();
    assertThat(inferences.get(5L)).isNotDone();
    take(partition, 6);
    assertThat(partition.mark()).isEqualTo(new ResumeMark(5, 7));
  }

  @Test
  void aGroupMovedBackBeforeTheRunRedoesNothing() {
    InFlightPartition partition = InFlightPartition.resuming(new ResumeMark(5, 20));
    partition.rewindTo(0);

    assertThat(partition.isEmpty()).isTrue();
    take(partition, 0);
    assertThat(partition.mark()).isEqualTo(new ResumeMark(0, 1));
  }

  @Test
  void cancellingGivesTheBytesBack() {
    InFlightPartition partition = InFlightPartition.startingAt(0);
    take(partition, 0);
    take(partition, 1);
    assertThat(residentBytes.held()).isEqualTo(20);

    partition.cancel();

    assertThat(residentBytes.held()).isZero();
    assertThat(inferences.values()).allMatch(CompletableFuture::isCancelled);
  }

  private void take(InFlightPartition partition, long offset) {
    partition.consume(offset);
    partition.add(image(offset));
  }

  private InFlightImage image(long offset) {
    InputRecord record =
        new InputRecord("images", 0, offset, 0, null, new byte[10], new RecordHeaders());
    residentBytes.tryHold(record.bytes());
    return new InFlightImage(
        record,
        new RawImageReader(),
        ResultTap.NONE,
        source -> inferences.computeIfAbsent(offset, o -> new CompletableFuture<>()),
        residentBytes);
  }
}
