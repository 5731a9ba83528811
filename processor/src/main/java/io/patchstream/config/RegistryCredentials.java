package io.patchstream.config;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClientConfig;
import io.confluent.kafka.serializers.AbstractKafkaSchemaSerDeConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Moves name and password out of the registry's addresses, which messages and logs show, to where
 * the registry's client keeps them secret.
 */
final class RegistryCredentials {

  private static final String ADDRESSES = AbstractKafkaSchemaSerDeConfig.SCHEMA_REGISTRY_URL_CONFIG;
  private static final String SOURCE = SchemaRegistryClientConfig.BASIC_AUTH_CREDENTIALS_SOURCE;
  private static final String BEARER_SOURCE =
      SchemaRegistryClientConfig.BEARER_AUTH_CREDENTIALS_SOURCE;
  private static final String USER_INFO = SchemaRegistryClientConfig.USER_INFO_CONFIG;

  /** Up to the last @ of an address. */
  private static final Pattern IN_ADDRESS =
      Pattern.compile("(?<=://)((?:(?!,\\s*https?://).)*)@", Pattern.DOTALL);

  private RegistryCredentials() {}

  /** The same properties, the user of the first address that has one kept apart. */
  static Map<String, String> apart(Map<String, String> properties) {
    String addresses = properties.getOrDefault(ADDRESSES, "");
    Matcher user = IN_ADDRESS.matcher(addresses);
    if (!user.find()) {
      return properties;
    }
    String userInfo = user.group(1);
    Map<String, String> apart = new HashMap<>(properties);
    apart.put(ADDRESSES, user.replaceAll(""));
    if (!apart.containsKey(BEARER_SOURCE) && apart.getOrDefault(SOURCE, "URL").equals("URL")) {
      apart.put(SOURCE, "USER_INFO");
      apart.put(USER_INFO, userInfo);
    }
    return apart;
  }
}
