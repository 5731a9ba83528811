package io.patchstream.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;

class EmbeddedBrokerIT {

  @Test
  void oneRunsBesideAnotherOnLoopbackAndLeavesNothing() throws Exception {
    Path folder;
    try (EmbeddedBroker one = EmbeddedBroker.start();
        EmbeddedBroker other = EmbeddedBroker.start()) {
      one.createTopics(List.of("images"), 2);

      assertThat(topics(one)).contains("images");
      assertThat(topics(other)).isEmpty();
      folder = Path.of(property(one, "log.dirs"));
      assertThat(folder).isDirectory();
      for (String listener : property(one, "listeners").split(",")) {
        assertThat(URI.create(listener).getHost()).isEqualTo("127.0.0.1");
      }
    }
    assertThat(folder).doesNotExist();
  }

  private static Iterable<String> topics(EmbeddedBroker broker) throws Exception {
    try (Admin admin = admin(broker)) {
      return admin.listTopics().names().get();
    }
  }

  private static String property(EmbeddedBroker broker, String name) throws Exception {
    ConfigResource node = new ConfigResource(ConfigResource.Type.BROKER, "1");
    try (Admin admin = admin(broker)) {
      return admin.describeConfigs(List.of(node)).all().get().get(node).get(name).value();
    }
  }

  private static Admin admin(EmbeddedBroker broker) {
    return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }
}
