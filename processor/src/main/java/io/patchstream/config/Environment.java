package io.patchstream.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Settings out of environment variables.
 *
 * <ul>
 *   <li>{@code PATCHSTREAM_INPUT_TOPICS} is {@code patchstream.input.topics};
 *   <li>{@code PATCHSTREAM_KAFKA_BOOTSTRAP_SERVERS} is {@code bootstrap.servers}, as is every key
 *       that is not ours: one underscore is a dot, two are a dash, three are an underscore (the
 *       convention of Confluent's containers).
 * </ul>
 */
final class Environment {

  private static final String OURS = "PATCHSTREAM_";
  private static final String CLIENTS = OURS + "KAFKA_";

  /** What the launcher takes from the environment itself. */
  private static final String JAVA_OPTS = OURS + "JAVA_OPTS";

  /**
   * What Kubernetes tells every pod of a service whose name begins with patchstream: of one called
   * patchstream-http, {@code PATCHSTREAM_HTTP_PORT=tcp://10.0.0.1:9464}.
   */
  private static final Pattern SERVICE_LINK =
      Pattern.compile(OURS + "(\\w+_)?(SERVICE_HOST|SERVICE_PORT(_\\w+)?|PORT(_\\d+_\\w+)?)");

  private Environment() {}

  /**
   * The settings among {@code environment}.
   *
   * @throws SettingsException if a variable has our prefix and names no setting
   */
  static Map<String, String> settings(Map<String, String> environment) throws SettingsException {
    Map<String, String> settings = new HashMap<>();
    List<String> problems = new ArrayList<>();
    environment.forEach(
        (variable, value) -> {
          if (variable.startsWith(CLIENTS)) {
            settings.put(clientKey(variable), value);
          } else if (variable.startsWith(OURS)) {
            String key = variable.toLowerCase(Locale.ROOT).replace('_', '.');
            boolean link = SERVICE_LINK.matcher(variable).matches();
            if (SettingsTable.ROWS.names().contains(key) && !(link && value.contains("://"))) {
              settings.put(key, value);
            } else if (!variable.equals(JAVA_OPTS) && !link) {
              problems.add(unknown(variable, key));
            }
          }
        });
    if (!problems.isEmpty()) {
      throw new SettingsException(problems);
    }
    return settings;
  }

  /** The variable that stands for one of our settings. */
  static String variable(String setting) {
    return setting.toUpperCase(Locale.ROOT).replace('.', '_');
  }

  private static String clientKey(String variable) {
    return variable
        .substring(CLIENTS.length())
        .toLowerCase(Locale.ROOT)
        .replace("___", "\0")
        .replace("__", "-")
        .replace('_', '.')
        .replace('\0', '_');
  }

  private static String unknown(String variable, String key) {
    return "The environment variable "
        + variable
        + " names no setting; did you mean "
        + variable(Spelling.nearest(key, SettingsTable.ROWS.names()))
        + "?";
  }
}
