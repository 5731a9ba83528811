package io.patchstream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TimeoutsTest {

  @Test
  void aPassOverAllTasksTakesAtMostAQuarterOfTheTransactionTimeout() throws Exception {
    for (int tasks : new int[] {1, 4, 24, 100, 1000}) {
      Timeouts timeouts = derive(Map.of(), tasks);

      assertThat(timeouts.transaction()).isEqualTo(Duration.ofSeconds(10));
      assertThat(timeouts.patience()).isBetween(Duration.ofMillis(1), Duration.ofMillis(50));
      assertThat(timeouts.patience().multipliedBy(tasks))
          .isLessThanOrEqualTo(timeouts.transaction().dividedBy(4));
    }
  }

  @Test
  void threadsShareTheTasks() throws Exception {
    Timeouts one = derive(Map.of(), 500);
    Timeouts four = derive(Map.of("num.stream.threads", "4"), 500);

    assertThat(four.patience()).isEqualTo(one.patience().multipliedBy(4));
  }

  @Test
  void aThreadGivesUpAfterHalfASession() throws Exception {
    Timeouts timeouts = derive(Map.of("consumer.session.timeout.ms", "9000"), 1);

    assertThat(timeouts.gap()).isEqualTo(Duration.ofMillis(4_500));
  }

  @Test
  void warnsWhereATransactionCanOutliveTheSession() throws Exception {
    assertThat(derive(Map.of(), 1).warnings()).isEmpty();
    assertThat(derive(Map.of("producer.transaction.timeout.ms", "60000"), 1).warnings())
        .singleElement()
        .asString()
        .contains("producer.transaction.timeout.ms (60000)")
        .contains("session.timeout.ms (45000)");
  }

  /** There the client has no session of its own: what it sets of it means nothing. */
  @Test
  void withTheStreamsProtocolTheSessionIsTheBrokers() throws Exception {
    Map<String, Object> streams =
        Map.of("group.protocol", "streams", "consumer.session.timeout.ms", "9000");
    Timeouts told = derive(streams, 1, Optional.of(Duration.ofSeconds(30)));
    assertThat(told.session()).isEqualTo(Duration.ofSeconds(30));
    assertThat(told.gap()).isEqualTo(Duration.ofSeconds(15));
    assertThat(told.warnings()).isEmpty();

    assertThat(derive(streams, 1, Optional.of(Duration.ofSeconds(6))).warnings())
        .singleElement()
        .asString()
        .contains("the group's streams.session.timeout.ms")
        .contains("(6000)");
  }

  @Test
  void saysWhereTheBrokersDoNotTellTheSession() throws Exception {
    Timeouts assumed = derive(Map.of("group.protocol", "streams"), 1);
    assertThat(assumed.session()).isEqualTo(Duration.ofSeconds(45));
    assertThat(assumed.warnings())
        .singleElement()
        .asString()
        .contains("session of the group patchstream: 45000 ms is assumed")
        .contains("DescribeConfigs");
  }

  private static Timeouts derive(Map<String, Object> more, int tasks) throws StreamFailedException {
    return derive(more, tasks, Optional.empty());
  }

  private static Timeouts derive(
      Map<String, Object> more, int tasks, Optional<Duration> brokersSession)
      throws StreamFailedException {
    Map<String, Object> client = new HashMap<>(more);
    client.put("bootstrap.servers", "localhost:9");
    return Timeouts.derive(StreamsDefaults.complete(client), tasks, brokersSession);
  }
}
