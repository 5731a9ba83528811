package io.patchstream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.fixtures.NumberedPicture;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedForward;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The headers of <a href="https://www.w3.org/TR/trace-context/">W3C Trace Context</a> stay with an
 * image, so that a trace goes on where its results are read.
 */
class TraceContextTest {

  private static final byte[] NO_IMAGE = "no image".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  @Test
  void resultsAndFailuresCarryTheTraceOfTheirImageAlsoAfterARedo() throws Exception {
    try (NumberedEngine engine = NumberedEngine.open(folder.resolve("model"), 200)) {
      TaskUnderTest task =
          new TaskUnderTest(
              engine.engine(),
              new RawImageReader(),
              List.of(TaskUnderTest.labelsOutput(), TaskUnderTest.embeddingsOutput()),
              folder,
              1 << 20,
              TaskUnderTest.LONG);
      task.append(5, NumberedPicture.of(5).png(), trace(5));
      task.append(6, NO_IMAGE, trace(6));
      task.init(Map.of(TaskUnderTest.TOPIC, new ResumeMark(5, 7)));
      task.consume(7, NumberedPicture.of(7).png(), trace(7));
      task.consume(8, NO_IMAGE, trace(8));
      task.runUntil(task::isResting);

      assertThat(task.counters.statistics().redone()).isEqualTo(2);
      assertThat(traces(task, "labels")).containsExactly(text(5), text(7));
      assertThat(traces(task, "embeddings")).containsExactly(text(5), text(7));
      assertThat(traces(task, "failures")).containsExactly(text(6), text(8));
      task.processor.close();
    }
  }

  private static Headers trace(long offset) {
    return new RecordHeaders()
        .add("traceparent", traceparent(offset).getBytes(StandardCharsets.UTF_8))
        .add("tracestate", ("camera=" + offset).getBytes(StandardCharsets.UTF_8));
  }

  private static String traceparent(long offset) {
    return "00-0af7651916cd43dd8448eb211c80319c-%016x-01".formatted(offset);
  }

  private static String text(long offset) {
    return traceparent(offset) + " camera=" + offset;
  }

  private static List<String> traces(TaskUnderTest task, String node) {
    return task.context.forwarded(node).stream().map(TraceContextTest::trace).toList();
  }

  private static String trace(CapturedForward<?, ?> sent) {
    Headers headers = sent.record().headers();
    return value(headers, "traceparent") + " " + value(headers, "tracestate");
  }

  private static String value(Headers headers, String key) {
    return new String(headers.lastHeader(key).value(), StandardCharsets.UTF_8);
  }
}
