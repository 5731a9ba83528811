package io.patchstream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.inference.EngineFailedException;
import java.util.List;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.junit.jupiter.api.Test;

class ThreadFailuresTest {

  private final ThreadFailures failures = new ThreadFailures(List.of("images", "more-images"));

  @Test
  void anEngineThatFailedEndsTheProcess() {
    EngineFailedException failed = new EngineFailedException("too many hang", null);

    assertThat(failures.handle(new StreamsException(failed)))
        .isEqualTo(StreamThreadExceptionResponse.SHUTDOWN_CLIENT);
    assertThat(failures.fatal()).isSameAs(failed);
  }

  @Test
  void aTopicThatIsDeletedIsNamed() {
    assertThat(failures.handle(new MissingSourceTopicException("missing during rebalance")))
        .isEqualTo(StreamThreadExceptionResponse.SHUTDOWN_CLIENT);
    assertThat(failures.fatal()).hasMessageContainingAll("create it again", "images, more-images");
  }

  @Test
  void aPassingFaultGetsANewThread() {
    assertThat(failures.handle(new StreamsException("the broker is away")))
        .isEqualTo(StreamThreadExceptionResponse.REPLACE_THREAD);
    assertThat(failures.fatal()).isNull();
  }
}
