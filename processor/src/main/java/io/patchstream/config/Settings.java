package io.patchstream.config;

import io.patchstream.fetch.FetchOptions;
import io.patchstream.fetch.S3Options;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * What a run of the processor is told: its own settings, checked and typed, and the keys that go on
 * to Kafka Streams and the registry client. Immutable.
 */
public final class Settings extends EngineSettings {

  public static final String INPUT_TOPICS = PREFIX + "input.topics";
  public static final String INPUT_FORMAT = PREFIX + "input.format";
  public static final String LABELS_TOPIC = PREFIX + "labels.topic";
  public static final String EMBEDDINGS_TOPIC = PREFIX + "embeddings.topic";
  public static final String DEAD_LETTER_TOPIC = PREFIX + "dead.letter.topic";
  public static final String DEAD_LETTER_MAX_BYTES = PREFIX + "dead.letter.max.bytes";
  public static final String CONTENT_URI_PREFIXES = PREFIX + "content.uri.prefixes";
  public static final String CONTENT_URI_PRIVATE_HOSTS = PREFIX + "content.uri.private.hosts";
  public static final String CONTENT_URI_TIMEOUT_MS = PREFIX + "content.uri.timeout.ms";
  public static final String CONTENT_URI_THREADS = PREFIX + "content.uri.threads";
  public static final String CONTENT_URI_S3 = PREFIX + "content.uri.s3";
  public static final String CONTENT_URI_S3_ENDPOINT = CONTENT_URI_S3 + ".endpoint";
  public static final String CONTENT_URI_S3_REGION = CONTENT_URI_S3 + ".region";
  public static final String CONTENT_URI_S3_ANONYMOUS = CONTENT_URI_S3 + ".anonymous";
  public static final String HTTP_PORT = PREFIX + "http.port";
  public static final String HTTP_HOST = PREFIX + "http.host";
  public static final String LOG_FORMAT = PREFIX + "log.format";
  public static final String HTTP_PAGE = PREFIX + "http.page";
  public static final String IN_FLIGHT_MAX_BYTES = PREFIX + "in.flight.max.bytes";

  /** The {@link #httpPort} of a process that serves nothing over HTTP. */
  public static final int NO_HTTP = -1;

  /** Formats of the log. */
  public static final String TEXT = "text";

  public static final String JSON = "json";

  private Settings(Map<String, Object> resolved) {
    super(SettingsTable.ROWS, resolved);
  }

  /**
   * Reads the settings from three places: {@code overrides} win over {@code environment}, which
   * wins over {@code file}. Secrets are resolved by the {@code config.providers} named there.
   *
   * @param file a properties file
   * @param environment the environment of the process; see {@link Environment} for the names
   * @param overrides keys and values of the command line
   * @throws SettingsException with every problem found
   */
  public static Settings load(
      Path file, Map<String, String> environment, Map<String, String> overrides)
      throws SettingsException {
    Map<String, String> merged = read(file);
    merged.putAll(Environment.settings(environment));
    merged.putAll(overrides);
    return of(merged);
  }

  /**
   * Checks one map of keys and values.
   *
   * @throws SettingsException with every problem found
   */
  public static Settings of(Map<String, String> properties) throws SettingsException {
    Map<String, String> resolved = RegistryCredentials.apart(Secrets.resolve(properties));
    SettingsChecks.eachRow(SettingsTable.ROWS, resolved);
    Settings settings = new Settings(Map.copyOf(resolved));
    SettingsChecks.together(settings);
    return settings;
  }

  private static Map<String, String> read(Path file) throws SettingsException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (NoSuchFileException e) {
      throw new SettingsException("There is no settings file " + file + ": check the path.");
    } catch (IOException | IllegalArgumentException e) {
      throw new SettingsException(
          "The settings file " + file + " is no readable properties file: " + e.getMessage() + ".");
    }
    Map<String, String> map = new HashMap<>();
    properties.forEach((key, value) -> map.put((String) key, (String) value));
    return map;
  }

  /** Topics to read, at least one. */
  public List<String> inputTopics() {
    return getList(INPUT_TOPICS);
  }

  /** What the input's values are. */
  public InputFormat inputFormat() {
    return InputFormat.valueOf(getString(INPUT_FORMAT).toUpperCase(Locale.ROOT));
  }

  /** Where classifications go; empty where only embeddings are written. */
  public Optional<String> labelsTopic() {
    return unlessEmpty(LABELS_TOPIC);
  }

  /** Where embeddings go; empty where only labels are written. */
  public Optional<String> embeddingsTopic() {
    return unlessEmpty(EMBEDDINGS_TOPIC);
  }

  /** Where failures go. */
  public String deadLetterTopic() {
    return getString(DEAD_LETTER_TOPIC);
  }

  /** Largest original value that a failure keeps, in bytes. */
  public int deadLetterMaxBytes() {
    return getInt(DEAD_LETTER_MAX_BYTES);
  }

  /** Bytes of waiting images held in memory. */
  public long inFlightMaxBytes() {
    return getLong(IN_FLIGHT_MAX_BYTES);
  }

  /** Where health is served: a port, 0 for any that is free, or {@link #NO_HTTP}. */
  public int httpPort() {
    return getInt(HTTP_PORT);
  }

  /** The name or address of this machine to serve it at. */
  public String httpHost() {
    return getString(HTTP_HOST);
  }

  /** Whether the live page is served there too. */
  public boolean httpPage() {
    return getBoolean(HTTP_PAGE);
  }

  /** {@link #TEXT} or {@link #JSON}. */
  public String logFormat() {
    return getString(LOG_FORMAT);
  }

  /**
   * What events may refer to.
   *
   * @throws IllegalArgumentException if a prefix or what {@link #s3} says is none
   */
  public FetchOptions content() {
    return new FetchOptions(
        getList(CONTENT_URI_PREFIXES),
        getList(CONTENT_URI_PRIVATE_HOSTS),
        getLong(IMAGE_MAX_BYTES),
        Duration.ofMillis(getInt(CONTENT_URI_TIMEOUT_MS)),
        getInt(CONTENT_URI_THREADS),
        s3());
  }

  /**
   * Where buckets lie.
   *
   * @throws IllegalArgumentException if the endpoint or the region is none
   */
  public S3Options s3() {
    return new S3Options(
        unlessEmpty(CONTENT_URI_S3_ENDPOINT).map(Settings::endpoint),
        unlessEmpty(CONTENT_URI_S3_REGION),
        getBoolean(CONTENT_URI_S3_ANONYMOUS));
  }

  /** {@link URI#create} would show a password in its message. */
  private static URI endpoint(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "The S3 endpoint is no URI: it is one like https://minio.example:9000 ("
              + e.getReason()
              + ").");
    }
  }

  /** Threads that bring images; 0 where none is brought from elsewhere. */
  public int loadThreads() {
    return getList(CONTENT_URI_PREFIXES).isEmpty() ? 0 : getInt(CONTENT_URI_THREADS);
  }

  /** Every key that is not ours, as it is but for secrets, which are resolved. */
  public Map<String, Object> clientProperties() {
    Map<String, Object> properties = new HashMap<>(originals());
    properties.keySet().removeIf(key -> key.startsWith(PREFIX));
    return properties;
  }

  /** One sentence for each key that neither Kafka nor the registry client knows. */
  public List<String> warnings() {
    return ClientKeys.warnings(clientProperties().keySet());
  }

  private Optional<String> unlessEmpty(String name) {
    return Optional.ofNullable(getString(name)).filter(value -> !value.isEmpty());
  }
}
