package io.patchstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.patchstream.fixtures.NumberedVit;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** With the streams protocol the brokers keep the session, and a processor goes by theirs. */
@ExtendWith(Services.class)
class GroupSessionIT {

  private static final Duration SOON = Duration.ofMinutes(1);

  @Test
  void theBrokersTellTheSession(KafkaCluster kafka, SchemaRegistry registry, @TempDir Path model)
      throws Exception {
    NumberedVit.of(10).writeTo(model);
    try (Pipeline pipeline = new Pipeline(kafka, registry, "session", 1, model)) {
      GroupProtocol.STREAMS.applyTo(pipeline).with("consumer.session.timeout.ms", "20000");
      ProcessorProcess processor = pipeline.processor().start();
      processor.awaitLog("session " + GroupProtocol.SESSION.toMillis() + " ms", SOON);
      assertThat(processor.terminate(SOON)).isZero();

      kafka
          .topics()
          .configure(ConfigResource.Type.GROUP, "session", "streams.session.timeout.ms", "9000");
      processor.start().awaitLog("session 9000 ms", SOON);
      assertThat(processor.log()).contains("is above the group's streams.session.timeout.ms");
    }
  }
}
