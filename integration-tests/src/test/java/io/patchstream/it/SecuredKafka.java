package io.patchstream.it;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A broker that lets nobody in and allows nothing by itself: one listener for SCRAM over TLS, one
 * for mutual TLS, one that shows a certificate that has expired. What comes in without TLS is the
 * super user, for the tests.
 */
final class SecuredKafka implements AutoCloseable {

  static final String SCRAM_USER = "patchstream";
  static final String SCRAM_PASSWORD = "scram-pass-word-1";

  private static final String SCRAM_MODULE =
      "org.apache.kafka.common.security.scram.ScramLoginModule required";
  private static final Duration SOON = Duration.ofSeconds(30);

  private final Certificates certificates = new Certificates(Workspace.folder("certificates"));
  private final int scram = Workspace.freePort();
  private final int mutual = Workspace.freePort();
  private final int expired = Workspace.freePort();
  private final KafkaCluster broker;
  private final Admin admin;

  private SecuredKafka() {
    broker = KafkaCluster.start(1, properties());
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    ScramCredentialInfo scram512 = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096);
    await(
        admin
            .alterUserScramCredentials(
                List.of(new UserScramCredentialUpsertion(SCRAM_USER, scram512, SCRAM_PASSWORD)))
            .all());
  }

  /** Gives one to all tests that ask for it, as {@link Services} does. */
  static final class Shared implements ParameterResolver {

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == SecuredKafka.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(ExtensionContext.Namespace.create(SecuredKafka.class))
          .computeIfAbsent(SecuredKafka.class, key -> new SecuredKafka(), SecuredKafka.class);
    }
  }

  /** The broker, and what it holds, for the super user. */
  KafkaCluster broker() {
    return broker;
  }

  Certificates certificates() {
    return certificates;
  }

  /** What a client says to come in by name and password. */
  Map<String, String> scram() {
    Map<String, String> client = tls(scram, certificates.trustStore());
    client.put("security.protocol", "SASL_SSL");
    client.put("sasl.mechanism", "SCRAM-SHA-512");
    client.put("sasl.jaas.config", jaas(SCRAM_PASSWORD));
    return client;
  }

  /** One line for {@code sasl.jaas.config}. */
  static String jaas(String password) {
    return "%s username=\"%s\" password=\"%s\";".formatted(SCRAM_MODULE, SCRAM_USER, password);
  }

  /** What a client says to come in by its certificate. */
  Map<String, String> mutualTls() {
    Map<String, String> client = tls(mutual, certificates.trustStore());
    client.put("ssl.keystore.type", "PKCS12");
    client.put("ssl.keystore.location", certificates.keyStore(Certificates.CLIENT).toString());
    client.put("ssl.keystore.password", Certificates.PASSWORD);
    return client;
  }

  /** How to reach the listener whose certificate has expired. */
  Map<String, String> expired() {
    return tls(expired, certificates.trustStore());
  }

  private static Map<String, String> tls(int port, Path trustStore) {
    Map<String, String> client = new HashMap<>();
    client.put("bootstrap.servers", "127.0.0.1:" + port);
    client.put("security.protocol", "SSL");
    client.put("ssl.truststore.type", "PKCS12");
    client.put("ssl.truststore.location", trustStore.toString());
    client.put("ssl.truststore.password", Certificates.PASSWORD);
    return client;
  }

  /** Allows it, and returns once the broker acts on it. */
  void allow(Collection<AclBinding> acls) {
    await(admin.createAcls(acls).all());
    awaitAcls(acls, true);
  }

  /** Takes it back. */
  void forbid(AclBinding acl) {
    await(admin.deleteAcls(List.of(acl.toFilter())).all());
    awaitAcls(List.of(acl), false);
  }

  private void awaitAcls(Collection<AclBinding> acls, boolean there) {
    Await.until(
        SOON,
        () -> "the ACLs are not in force: " + acls,
        () -> {
          Collection<AclBinding> known = await(admin.describeAcls(AclBindingFilter.ANY).values());
          return acls.stream().allMatch(acl -> known.contains(acl) == there);
        });
  }

  private Map<String, String> properties() {
    Map<String, String> properties = new HashMap<>();
    properties.put(
        "listeners",
        "SCRAM://127.0.0.1:%d,MUTUAL://127.0.0.1:%d,EXPIRED://127.0.0.1:%d"
            .formatted(scram, mutual, expired));
    properties.put("listener.security.protocol.map", "SCRAM:SASL_SSL,MUTUAL:SSL,EXPIRED:SSL");
    properties.put("sasl.enabled.mechanisms", "SCRAM-SHA-512");
    properties.put("listener.name.scram.scram-sha-512.sasl.jaas.config", SCRAM_MODULE + ";");
    properties.put("ssl.keystore.type", "PKCS12");
    properties.put("ssl.keystore.location", certificates.keyStore(Certificates.SERVER).toString());
    properties.put("ssl.keystore.password", Certificates.PASSWORD);
    properties.put("ssl.truststore.type", "PKCS12");
    properties.put("ssl.truststore.location", certificates.trustStore().toString());
    properties.put("ssl.truststore.password", Certificates.PASSWORD);
    properties.put("listener.name.mutual.ssl.client.auth", "required");
    properties.put(
        "listener.name.expired.ssl.keystore.location",
        certificates.keyStore(Certificates.EXPIRED).toString());
    properties.put(
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    properties.put("super.users", "User:ANONYMOUS");
    properties.put("allow.everyone.if.no.acl.found", "false");
    return properties;
  }

  private static <T> T await(KafkaFuture<T> future) {
    try {
      return future.get(SOON.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
    broker.close();
  }
}
