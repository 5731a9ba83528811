package io.patchstream.config;

import io.patchstream.image.ImageLimits;
import io.patchstream.image.Resolution;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;

/**
 * What classifying images takes, wherever they come from: the settings but for the topics', checked
 * and typed. Immutable.
 */
public sealed class EngineSettings extends AbstractConfig permits Settings {

  /** What every key of our own begins with. */
  static final String PREFIX = "patchstream.";

  public static final String MODEL = PREFIX + "model";
  public static final String MODEL_LAYOUT = PREFIX + "model.layout";
  public static final String TOP_K = PREFIX + "top.k";
  public static final String DEVICE = PREFIX + "device";
  public static final String DEVICE_MEMORY_MAX_BYTES = PREFIX + "device.memory.max.bytes";
  public static final String PRECISION = PREFIX + "precision";
  public static final String RESOLUTION = PREFIX + "resolution";
  public static final String IMAGE_MAX_BYTES = PREFIX + "image.max.bytes";
  public static final String IMAGE_MAX_PIXELS = PREFIX + "image.max.pixels";
  public static final String IMAGE_MAX_TOKENS = PREFIX + "image.max.tokens";
  public static final String IMAGE_TIMEOUT_MS = PREFIX + "image.timeout.ms";
  public static final String IMAGE_EXIF_ORIENTATION = PREFIX + "image.exif.orientation";
  public static final String IMAGE_COLOR_MANAGED = PREFIX + "image.color.managed";
  public static final String IMAGE_DECODE_REDUCED = PREFIX + "image.decode.reduced";
  public static final String BATCH_MAX_SIZE = PREFIX + "batch.max.size";
  public static final String BATCH_MAX_DELAY_MS = PREFIX + "batch.max.delay.ms";
  public static final String BATCH_MAX_TOKENS = PREFIX + "batch.max.tokens";
  public static final String BATCH_DETERMINISTIC = PREFIX + "batch.deterministic";
  public static final String THREADS_DECODE = PREFIX + "threads.decode";
  public static final String THREADS_INFERENCE = PREFIX + "threads.inference";
  public static final String POSITION_CACHE_BYTES = PREFIX + "position.cache.bytes";

  /** Takes what was checked against {@code rows}. */
  EngineSettings(ConfigDef rows, Map<String, Object> resolved) {
    super(rows, resolved, false);
  }

  /**
   * Checks one map of keys and values; what it leaves out has its default.
   *
   * @throws SettingsException with every problem found
   */
  public static EngineSettings of(Map<String, String> properties) throws SettingsException {
    SettingsChecks.eachRow(SettingsTable.ENGINE_ROWS, properties);
    return new EngineSettings(SettingsTable.ENGINE_ROWS, Map.copyOf(properties));
  }

  /** The folder of the checkpoint. */
  public Path model() {
    return Path.of(getString(MODEL));
  }

  /** The layout to read it in; null where its files tell. */
  public String modelLayout() {
    String layout = getString(MODEL_LAYOUT);
    return layout == null || layout.isBlank() ? null : layout;
  }

  /** Classes named in a classification, at least 1. */
  public int topK() {
    return getInt(TOP_K);
  }

  /** {@code auto} alone, or one or more of {@code cpu}, {@code cuda}, {@code cuda:N}. */
  public List<String> devices() {
    return getList(DEVICE);
  }

  /** The most of a GPU's memory that a session takes; 0 for all that is free. */
  public long deviceMemoryMaxBytes() {
    return getLong(DEVICE_MEMORY_MAX_BYTES);
  }

  /** {@code auto}, {@code fp32}, {@code fp16}, {@code bf16} or {@code int8}. */
  public String precision() {
    return getString(PRECISION);
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

  /** How long decoding and resizing one image may take. */
  public Duration imageTimeout() {
    return Duration.ofMillis(getInt(IMAGE_TIMEOUT_MS));
  }

  /** Whether a picture is turned upright as its EXIF orientation says. */
  public boolean imageExifOrientation() {
    return getBoolean(IMAGE_EXIF_ORIENTATION);
  }

  /** Whether pictures with an ICC profile are converted to sRGB. */
  public boolean imageColorManaged() {
    return getBoolean(IMAGE_COLOR_MANAGED);
  }

  /** Whether a JPEG much larger than the model's size is decoded at a part of its own. */
  public boolean imageDecodeReduced() {
    return getBoolean(IMAGE_DECODE_REDUCED);
  }

  /** Most images in a batch; empty where the device decides. */
  public OptionalInt batchMaxSize() {
    return unlessZero(BATCH_MAX_SIZE);
  }

  /** How long an image may wait for its batch to fill. */
  public Duration batchMaxDelay() {
    return Duration.ofMillis(getInt(BATCH_MAX_DELAY_MS));
  }

  /** Whether an image has the same bytes for an answer each time. */
  public boolean batchDeterministic() {
    return getBoolean(BATCH_DETERMINISTIC);
  }

  /** Most tokens in a batch; empty where that is derived. */
  public OptionalInt batchMaxTokens() {
    return unlessZero(BATCH_MAX_TOKENS);
  }

  /** Threads that decode; empty where that is derived. */
  public OptionalInt decodeThreads() {
    return unlessZero(THREADS_DECODE);
  }

  /** Threads of one run of the model on a CPU; empty for one. */
  public OptionalInt inferenceThreads() {
    return unlessZero(THREADS_INFERENCE);
  }

  /** Bytes of interpolated position tables kept. */
  public long positionCacheBytes() {
    return getLong(POSITION_CACHE_BYTES);
  }

  private OptionalInt unlessZero(String name) {
    int value = getInt(name);
    return value == 0 ? OptionalInt.empty() : OptionalInt.of(value);
  }
}
