package io.patchstream.it;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** How the processors of a group find their tasks, with a session as short as tests want it. */
enum GroupProtocol {
  /** The clients' own, by an assignor in one of them. */
  CLASSIC,
  /** The brokers', KIP-1071. */
  STREAMS;

  /** After which a member that says nothing is dropped. */
  static final Duration SESSION = Duration.ofSeconds(6);

  private static final String SESSION_MILLIS = Long.toString(SESSION.toMillis());
  private static final String HEARTBEAT_MILLIS = "1000";
  private static final String STANDBYS = "1";

  /** For the brokers, where the session of {@link #STREAMS} is theirs to say. */
  static Map<String, String> brokerProperties() {
    Map<String, String> properties = new TreeMap<>();
    properties.put("group.streams.min.session.timeout.ms", "1000");
    properties.put("group.streams.session.timeout.ms", SESSION_MILLIS);
    properties.put("group.streams.min.heartbeat.interval.ms", "100");
    properties.put("group.streams.heartbeat.interval.ms", HEARTBEAT_MILLIS);
    properties.put("group.streams.initial.rebalance.delay.ms", "0");
    properties.put("group.streams.num.standby.replicas", STANDBYS);
    return properties;
  }

  /** Tells the processors of a pipeline. */
  Pipeline applyTo(Pipeline pipeline) {
    if (this == STREAMS) {
      return pipeline.with("group.protocol", "streams");
    }
    return pipeline
        .with("consumer.session.timeout.ms", SESSION_MILLIS)
        .with("consumer.heartbeat.interval.ms", HEARTBEAT_MILLIS)
        .with("num.standby.replicas", STANDBYS);
  }
}
