package io.patchstream.config;

import io.patchstream.image.ImageLimits;
import io.patchstream.image.Resolution;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import org.apache.kafka.common.config.AbstractConfig;

/**
 * What a run of the processor is told: its own settings, checked and typed, and the keys that go on
 * to Kafka Streams and the registry client. Immutable.
 */
public final class Settings extends AbstractConfig {

  /** What every key of our own begins with. */
  static final String PREFIX = "patchstream.";

  public static final String MODEL = PREFIX + "model";
  public static final String TOP_K = PREFIX + "top.k";
  public static final String DEVICE = PREFIX + "device";
  public static final String PRECISION = PREFIX + "precision";
  public static final String INPUT_TOPICS = PREFIX + "input.topics";
  public static final String INPUT_FORMAT = PREFIX + "input.format";
  public static final String LABELS_TOPIC = PREFIX + "labels.topic";
  public static final String EMBEDDINGS_TOPIC = PREFIX + "embeddings.topic";
  public static final String DEAD_LETTER_TOPIC = PREFIX + "dead.letter.topic";
  public static final String DEAD_LETTER_MAX_BYTES = PREFIX + "dead.letter.max.bytes";
  public static final String RESOLUTION = PREFIX + "resolution";
  public static final String IMAGE_MAX_BYTES = PREFIX + "image.max.bytes";
  public static final String IMAGE_MAX_PIXELS = PREFIX + "image.max.pixels";
  public static final String IMAGE_MAX_TOKENS = PREFIX + "image.max.tokens";
  public static final String IMAGE_EXIF_ORIENTATION = PREFIX + "image.exif.orientation";
  public static final String BATCH_MAX_SIZE = PREFIX + "batch.max.size";
  public static final String BATCH_MAX_DELAY_MS = PREFIX + "batch.max.delay.ms";
  public static final String BATCH_MAX_TOKENS = PREFIX + "batch.max.tokens";
  public static final String THREADS_DECODE = PREFIX + "threads.decode";
  public static final String THREADS_INFERENCE = PREFIX + "threads.inference";
  public static final String IN_FLIGHT_MAX_BYTES = PREFIX + "in.flight.max.bytes";
  public static final String POSITION_CACHE_BYTES = PREFIX + "position.cache.bytes";

  private Settings(Map<String, Object> resolved) {
    super(SettingsTable.ROWS, resolved, false);
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
    Map<String, String> resolved = Secrets.resolve(properties);
    SettingsChecks.eachRow(resolved);
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

  /** The folder of the checkpoint. */
  public Path model() {
    return Path.of(getString(MODEL));
  }

  /** Classes named in a classification, at least 1. */
  public int topK() {
    return getInt(TOP_K);
  }

  /** {@code auto} or {@code cpu}. */
  public String device() {
    return getString(DEVICE);
  }

  /** {@code auto} or {@code fp32}. */
  public String precision() {
    return getString(PRECISION);
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

  /** At which size images go through the model. */
  public Resolution.Mode resolution() {
    return Resolution.Mode.valueOf(getString(RESOLUTION).toUpperCase(Locale.ROOT));
  }

  /** Most tokens of one image, prefix tokens included, at least 2. */
  public int imageMaxTokens() {
    return getInt(IMAGE_MAX_TOKENS);
  }

  /** What an encoded image may at most be. */
  public ImageLimits imageLimits() {
    return new ImageLimits(getLong(IMAGE_MAX_BYTES), getLong(IMAGE_MAX_PIXELS));
  }

  /** Whether a picture is turned upright as its EXIF orientation says. */
  public boolean imageExifOrientation() {
    return getBoolean(IMAGE_EXIF_ORIENTATION);
  }

  /** Most images in a batch, at least 1. */
  public int batchMaxSize() {
    return getInt(BATCH_MAX_SIZE);
  }

  /** How long an image may wait for its batch to fill. */
  public Duration batchMaxDelay() {
    return Duration.ofMillis(getInt(BATCH_MAX_DELAY_MS));
  }

  /** Most tokens in a batch; empty where that is derived. */
  public OptionalInt batchMaxTokens() {
    return unlessZero(BATCH_MAX_TOKENS);
  }

  /** Threads that decode; empty where that is derived. */
  public OptionalInt decodeThreads() {
    return unlessZero(THREADS_DECODE);
  }

  /** Threads of one run of the model; empty where that is derived. */
  public OptionalInt inferenceThreads() {
    return unlessZero(THREADS_INFERENCE);
  }

  /** Bytes of waiting images held in memory. */
  public long inFlightMaxBytes() {
    return getLong(IN_FLIGHT_MAX_BYTES);
  }

  /** Bytes of interpolated position tables kept. */
  public long positionCacheBytes() {
    return getLong(POSITION_CACHE_BYTES);
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

  private OptionalInt unlessZero(String name) {
    int value = getInt(name);
    return value == 0 ? OptionalInt.empty() : OptionalInt.of(value);
  }
}
