package io.patchstream.cli;

import io.patchstream.config.Settings;
import io.patchstream.config.SettingsException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** The settings of an application: the same options wherever a command needs them. */
final class SettingsOptions {

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "Properties: PatchStream's own settings, and those of Kafka and the registry.")
  private Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting that wins over file and environment.")
  private Map<String, String> overrides = new HashMap<>();

  /** See {@link Settings#load}; from then on the log has the format that they say. */
  Settings load() throws SettingsException {
    Settings settings = Settings.load(file, System.getenv(), overrides);
    LogFormat.apply(settings);
    return settings;
  }
}
