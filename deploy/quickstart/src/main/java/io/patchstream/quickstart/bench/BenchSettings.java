package io.patchstream.quickstart.bench;

import io.patchstream.config.Settings;
import io.patchstream.config.SettingsException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * What the processor is told while it is measured: as {@code run} would have it, but for topics.
 *
 * @param config a properties file, or null
 * @param overrides win over it
 */
record BenchSettings(Path config, Map<String, String> overrides) {

  /** The same, with some more that win. */
  BenchSettings with(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(overrides);
    all.putAll(more);
    return new BenchSettings(config, Map.copyOf(all));
  }

  /** The same with one more that wins. */
  BenchSettings with(String key, String value) {
    return with(Map.of(key, value));
  }

  /**
   * Checked and typed.
   *
   * @throws SettingsException with every problem found
   */
  Settings settings() throws SettingsException {
    return config == null
        ? Settings.of(overrides)
        : Settings.load(config, System.getenv(), overrides);
  }
}
