package io.patchstream.topology;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The brokers, asked something once: an answer comes soon, or one sentence says why there is none.
 */
final class Brokers implements AutoCloseable {

  private static final Duration ANSWER = Duration.ofSeconds(15);

  private final String bootstrapServers;
  private final BrokerFailure failure;
  private final Admin admin;

  private Brokers(String bootstrapServers, BrokerFailure failure, Admin admin) {
    this.bootstrapServers = bootstrapServers;
    this.failure = failure;
    this.admin = admin;
  }

  /**
   * Makes a client; nothing is asked yet.
   *
   * @throws StreamFailedException if the settings make none
   */
  static Brokers connect(StreamsConfig config, String clientId) throws StreamFailedException {
    Map<String, Object> adminConfig = new HashMap<>(config.getAdminConfigs(clientId));
    adminConfig.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) ANSWER.toMillis());
    adminConfig.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) ANSWER.toMillis());
    // The client logs each attempt: a few say enough.
    adminConfig.put(AdminClientConfig.RECONNECT_BACKOFF_MS_CONFIG, 1_000);
    adminConfig.put(AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 5_000);
    String servers = String.join(",", config.getList(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG));
    BrokerFailure failure = new BrokerFailure(servers, config.originals());
    try {
      return new Brokers(servers, failure, Admin.create(adminConfig));
    } catch (KafkaException e) {
      throw failure.noClient(e);
    }
  }

  String bootstrapServers() {
    return bootstrapServers;
  }

  Admin admin() {
    return admin;
  }

  /**
   * Waits for what the brokers say.
   *
   * @throws StreamFailedException if they do not answer
   */
  <T> T answer(KafkaFuture<T> future) throws StreamFailedException, InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw failure.unreachable(e.getCause());
    }
  }

  /** What to say of an answer that did not come. */
  StreamFailedException unreachable(Throwable error) {
    return failure.unreachable(error);
  }

  @Override
  public void close() {
    admin.close();
  }
}
