package io.patchstream.topology;

import io.patchstream.schemas.FailureReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Record;

/** Turns the outcome of one input record into the records that leave for the sinks. */
final class Results {

  /**
   * What is written of every classified image.
   *
   * @param sink where it goes
   * @param writer outcome with an inference to the serialised value
   */
  record Output(SinkTopic sink, Function<Outcome, byte[]> writer) {}

  /**
   * One record and the sink node that it goes to.
   *
   * @param node name of the sink node
   * @param record key and timestamp of the input, and its headers
   */
  record Result(String node, Record<byte[], Outgoing> record) {}

  private final List<Output> outputs;
  private final FailureWriter failures;
  private final SinkTopic deadLetters;
  private final StreamCounters counters;
  private final RareWarnings warnings;
  private final ResultTap tap;

  Results(
      List<Output> outputs,
      FailureWriter failures,
      SinkTopic deadLetters,
      StreamCounters counters,
      RareWarnings warnings,
      ResultTap tap) {
    this.counters = counters;
    this.warnings = warnings;
    this.tap = tap;
    this.outputs = List.copyOf(outputs);
    this.failures = failures;
    this.deadLetters = deadLetters;
  }

  /** All outputs of a classified image, or the one failure of any other; never nothing. */
  List<Result> of(Outcome outcome) {
    if (outcome.failure() != null) {
      return List.of(failure(outcome));
    }
    List<Result> results = new ArrayList<>(outputs.size());
    for (Output output : outputs) {
      Record<byte[], Outgoing> record =
          record(outcome, output.writer().apply(outcome), outcome.record().headers());
      if (!output.sink().fits(record)) {
        return List.of(failure(outcome.failed(tooLarge(output.sink(), record))));
      }
      results.add(new Result(output.sink().node(), record));
    }
    counters.classified();
    if (outcome.picture() != null) {
      tap.classified(classified(outcome));
    }
    return results;
  }

  /** As much of the original as fits: its bytes go first, then its headers, at last its key. */
  private Result failure(Outcome outcome) {
    counters.failed(FailureReasons.of(outcome.failure()));
    warn(outcome);
    tap.failed(failed(outcome));
    Record<byte[], Outgoing> record = null;
    for (FailureWriter.Extent extent : FailureWriter.Extent.values()) {
      record = record(outcome, failures.value(outcome, extent), failures.headers(outcome, extent));
      if (deadLetters.fits(record)) {
        break;
      }
    }
    return new Result(deadLetters.node(), deadLetters.fits(record) ? record : record.withKey(null));
  }

  private void warn(Outcome outcome) {
    Throwable failure = outcome.failure();
    String reason = FailureReasons.of(failure).name();
    String why = Objects.requireNonNullElse(failure.getMessage(), failure.toString());
    warnings.warn(
        reason, "%s failed (%s): %s".formatted(outcome.record().coordinates(), reason, why));
  }

  private static ResultTap.Classified classified(Outcome outcome) {
    return new ResultTap.Classified(
        outcome.record().coordinates(),
        outcome.record().timestamp(),
        outcome.event().imageId(),
        outcome.event().attributes(),
        outcome.picture(),
        outcome.inference());
  }

  private static ResultTap.Failed failed(Outcome outcome) {
    return new ResultTap.Failed(
        outcome.record().coordinates(),
        outcome.event() == null ? null : outcome.event().imageId(),
        FailureReasons.of(outcome.failure()),
        FailureWriter.message(outcome.failure()));
  }

  private static Record<byte[], Outgoing> record(Outcome outcome, byte[] value, Headers headers) {
    InputRecord input = outcome.record();
    return new Record<>(
        input.key(), new Outgoing(value, input.partition()), input.timestamp(), headers);
  }

  private static RejectedEventException tooLarge(SinkTopic sink, Record<byte[], Outgoing> record) {
    return new RejectedEventException(
        FailureReason.RESULT_TOO_LARGE,
        "The result has "
            + record.value().value().length
            + " bytes, and topic "
            + sink.topic()
            + " takes "
            + sink.maxBytes()
            + " a record with key and headers: raise its max.message.bytes and"
            + " producer.max.request.size, or send smaller attributes and headers.");
  }
}
