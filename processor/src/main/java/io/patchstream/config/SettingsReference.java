package io.patchstream.config;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;

/** The settings table as a page in Markdown. */
public final class SettingsReference {

  private static final String INTRODUCTION =
      """
      # Settings

      PatchStream reads one properties file. Keys that begin with `patchstream.` are its own and \
      are listed here; every other key goes to Kafka Streams, its clients and the registry client \
      as it is (`bootstrap.servers` and `schema.registry.url` are required, `application.id` is \
      `patchstream` unless it is set, `processing.guarantee` is always `exactly_once_v2`).

      The same key may stand in three places: `--set KEY=VALUE` on the command line wins over the \
      environment, which wins over the file.

      | In the environment | is |
      |---|---|
      | `PATCHSTREAM_INPUT_TOPICS` | `patchstream.input.topics`, and so on for every setting below |
      | `PATCHSTREAM_KAFKA_BOOTSTRAP_SERVERS` | `bootstrap.servers`, and so on for every other key: \
      one underscore is a dot, two are a dash, three are an underscore |
      | `PATCHSTREAM_JAVA_OPTS` | flags that the launcher adds to the JVM's |

      Secrets stay outside the file by Kafka's own `config.providers`:

      ```properties
      config.providers=file
      config.providers.file.class=org.apache.kafka.common.config.provider.FileConfigProvider
      sasl.jaas.config=${file:/etc/patchstream/secrets.properties:sasl.jaas.config}
      ```

      This page is what `patchstream config` prints. In a clone, `./patchstream config > \
      processor/SETTINGS.md` renews it.
      """;

  private SettingsReference() {}

  /** The whole page, ending in a line feed. */
  public static String markdown() {
    StringBuilder page = new StringBuilder(INTRODUCTION);
    for (String group : SettingsTable.ROWS.groups()) {
      page.append("\n## ").append(group).append("\n\n");
      page.append("| Setting | Type | Default | Allowed | What it is |\n|---|---|---|---|---|\n");
      SettingsTable.ROWS.configKeys().values().stream()
          .filter(row -> row.group.equals(group))
          .sorted(Comparator.comparingInt(row -> row.orderInGroup))
          .forEach(row -> page.append(line(row)));
    }
    return page.toString();
  }

  private static String line(ConfigKey row) {
    return "| `%s` | %s | %s | %s | %s |\n"
        .formatted(
            row.name,
            row.type.name().toLowerCase(Locale.ROOT),
            defaultOf(row),
            row.validator == null ? "" : row.validator,
            row.documentation);
  }

  private static String defaultOf(ConfigKey row) {
    if (!row.hasDefault()) {
      return "required";
    }
    boolean none = row.defaultValue == null || List.of().equals(row.defaultValue);
    return none ? "none" : "`" + ConfigDef.convertToString(row.defaultValue, row.type) + "`";
  }
}
