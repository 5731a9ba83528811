package io.patchstream.topology;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.acl.AclOperation;

/**
 * What the brokers do not allow this process to do, collected so that all of it is said at once.
 */
final class MissingAcls {

  private final String bootstrapServers;
  private final Set<String> missing = new TreeSet<>();
  private Throwable refusal;

  MissingAcls(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
  }

  /** Notes a request that was refused. */
  void add(AclOperation operation, String resource, Throwable refusal) {
    this.refusal = refusal;
    add(operation, resource);
  }

  /** Notes what of {@code needed} the brokers do not allow on a topic. */
  void compare(TopicDescription topic, Set<AclOperation> needed) {
    Set<AclOperation> allowed = topic.authorizedOperations();
    // Null from a broker that does not tell.
    if (allowed != null) {
      needed.stream()
          .filter(operation -> !allowed.contains(operation))
          .forEach(operation -> add(operation, "topic " + topic.name()));
    }
  }

  /**
   * Ends the start if something was noted.
   *
   * @throws StreamFailedException that names every operation and what it is on
   */
  void throwIfAny() throws StreamFailedException {
    if (!missing.isEmpty()) {
      throw new StreamFailedException(
          "The Kafka brokers at "
              + bootstrapServers
              + " do not allow this user: "
              + String.join(", ", missing)
              + "; add these ACLs (kafka-acls.sh --add --allow-principal User:NAME --operation ..."
              + "; SECURITY.md has the whole list).",
          refusal);
    }
  }

  private void add(AclOperation operation, String resource) {
    // DESCRIBE_CONFIGS is DescribeConfigs for kafka-acls.sh.
    StringBuilder name = new StringBuilder();
    for (String word : operation.name().split("_")) {
      name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    missing.add(name + " on " + resource);
  }
}
