package io.patchstream.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigTransformer;

/**
 * Replaces {@code ${provider:path:key}} in values by what Kafka's own {@code config.providers} say,
 * once, so that every client is given the secret itself.
 */
final class Secrets {

  private static final String PROVIDERS = AbstractConfig.CONFIG_PROVIDERS_CONFIG;

  private Secrets() {}

  /**
   * The same keys without those of the providers, references replaced.
   *
   * @throws SettingsException if a provider fails or lacks a key
   */
  static Map<String, String> resolve(Map<String, String> properties) throws SettingsException {
    Map<String, String> resolved = new HashMap<>();
    try {
      new AbstractConfig(new ConfigDef(), properties, false)
          .originals()
          .forEach((key, value) -> resolved.put(key, (String) value));
    } catch (ConfigException e) {
      throw new SettingsException("A secret cannot be looked up: " + e.getMessage());
    }
    refuseUnresolved(resolved, aliases(properties));
    resolved.keySet().removeIf(key -> key.equals(PROVIDERS) || key.startsWith(PROVIDERS + "."));
    return resolved;
  }

  /** Kafka leaves a reference as it stands where the provider has no such key. */
  private static void refuseUnresolved(Map<String, String> resolved, Set<String> aliases)
      throws SettingsException {
    List<String> problems = new ArrayList<>();
    resolved.forEach(
        (key, value) -> {
          Matcher reference = ConfigTransformer.DEFAULT_PATTERN.matcher(value);
          while (reference.find()) {
            if (aliases.contains(reference.group(1))) {
              problems.add(
                  key
                      + " refers to "
                      + reference.group()
                      + ", which does not exist: add it there.");
            }
          }
        });
    if (!problems.isEmpty()) {
      throw new SettingsException(problems);
    }
  }

  private static Set<String> aliases(Map<String, String> properties) {
    return Arrays.stream(properties.getOrDefault(PROVIDERS, "").split(","))
        .map(String::trim)
        .collect(Collectors.toSet());
  }
}
