package io.patchstream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;

class TimeoutsTest {

  @Test
  void aPassOverAllTasksTakesAtMostAQuarterOfTheTransactionTimeout() throws Exception {
    for (int tasks : new int[] {1, 4, 24, 100, 1000}) {
      Timeouts timeouts = Timeouts.derive(config(Map.of()), tasks);

      assertThat(timeouts.transaction()).isEqualTo(Duration.ofSeconds(10));
      assertThat(timeouts.patience()).isBetween(Duration.ofMillis(1), Duration.ofMillis(50));
      assertThat(timeouts.patience().multipliedBy(tasks))
          .isLessThanOrEqualTo(timeouts.transaction().dividedBy(4));
    }
  }

  @Test
  void threadsShareTheTasks() throws Exception {
    Timeouts one = Timeouts.derive(config(Map.of()), 500);
    Timeouts four = Timeouts.derive(config(Map.of("num.stream.threads", "4")), 500);

    assertThat(four.patience()).isEqualTo(one.patience().multipliedBy(4));
  }

  @Test
  void aThreadGivesUpAfterHalfASession() throws Exception {
    Timeouts timeouts = Timeouts.derive(config(Map.of("consumer.session.timeout.ms", "9000")), 1);

    assertThat(timeouts.gap()).isEqualTo(Duration.ofMillis(4_500));
  }

  @Test
  void warnsWhereATransactionCanOutliveTheSession() throws Exception {
    assertThat(Timeouts.derive(config(Map.of()), 1).warnings()).isEmpty();
    assertThat(
            Timeouts.derive(config(Map.of("producer.transaction.timeout.ms", "60000")), 1)
                .warnings())
        .singleElement()
        .asString()
        .contains("producer.transaction.timeout.ms (60000)")
        .contains("session.timeout.ms (45000)");
  }

  private static StreamsConfig config(Map<String, Object> more) throws StreamFailedException {
    Map<String, Object> client = new HashMap<>(more);
    client.put("bootstrap.servers", "localhost:9");
    return StreamsDefaults.complete(client);
  }
}
