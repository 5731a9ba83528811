package io.patchstream.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.NO_DEFAULT_VALUE;
import static org.apache.kafka.common.config.ConfigDef.Type.BOOLEAN;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LIST;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;

import io.patchstream.image.Resolution;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigDef.NonEmptyString;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.ValidList;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigDef.Validator;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;

/**
 * All settings, one row each. Whatever reads or describes a setting takes it from here: files,
 * environment, command line and reference page.
 */
final class SettingsTable {

  private static final int MIB = 1 << 20;

  private static final Pattern DEVICE_LIST =
      Pattern.compile("auto|cpu|cuda(:\\d{1,3})?(,cuda(:\\d{1,3})?)*");
  private static final String DEVICES = "auto, cpu, or GPUs as cuda, cuda:0,cuda:1";

  /** The rows, in the order in which the reference page shows them. */
  static final ConfigDef ROWS =
      new SettingsTable()
          .model()
          .topics()
          .content()
          .images()
          .batches()
          .resources()
          .operations()
          .rows;

  /** The same without topics. */
  static final ConfigDef ENGINE_ROWS =
      new SettingsTable().model().images().batches().resources().rows;

  private final ConfigDef rows = new ConfigDef();
  private String group;
  private int order;

  private SettingsTable() {}

  private SettingsTable model() {
    group("Model");
    row(
        Settings.MODEL,
        STRING,
        NO_DEFAULT_VALUE,
        new NonEmptyString(),
        HIGH,
        "Folder of the checkpoint, as it was published: config.json, preprocessor_config.json,"
            + " model.safetensors.");
    row(
        Settings.MODEL_LAYOUT,
        STRING,
        null,
        null,
        LOW,
        "How the checkpoint was published, as huggingface/vit or timm/vit; left out, its files tell."
            + " A name that is none lists them all.");
    row(
        Settings.TOP_K,
        INT,
        5,
        Range.atLeast(1),
        MEDIUM,
        "How many classes a classification names, best first; all of them where the model has"
            + " fewer.");
    row(
        Settings.DEVICE,
        LIST,
        "auto",
        LambdaValidator.with(SettingsTable::devices, () -> DEVICES),
        MEDIUM,
        "What the model runs on. auto takes the first NVIDIA GPU where this is a build for CUDA (mvn"
            + " -Pgpu) and one can be used, and the CPU otherwise; the log says why. Several, separated"
            + " by commas, compute side by side: cuda:0,cuda:1. Each holds a copy of the weights, so"
            + " does one that is named twice.");
    row(
        Settings.DEVICE_MEMORY_MAX_BYTES,
        LONG,
        0L,
        Range.atLeast(0),
        LOW,
        "Most memory of a GPU that weights and activations may take, in bytes; 0 for all that is"
            + " free. CUDA itself takes some hundred megabytes beside them. Set it where others use the"
            + " GPU too.");
    row(
        Settings.PRECISION,
        STRING,
        "auto",
        ValidString.in("auto", "fp32", "fp16", "bf16", "int8"),
        MEDIUM,
        "What the model is computed in. auto takes fp32 on a CPU: the logits that were published. On a"
            + " GPU it takes fp16, unless the model is more than 2 % away from fp32 then; fp16 and bf16"
            + " are for GPUs, int8 is for CPUs."
            + " int8 is 1.4 (ViT-Ti/16) to 2.5 times (ViT-B/16) as fast on a CPU with VNNI (Intel since"
            + " Ice Lake, AMD since Zen 4; ARM's dot products should do as well); others may gain"
            + " little. At"
            + " start it is held against fp32 on made-up pictures, and refused where it is more than"
            + " 15 % away; images never change each other's answers.");
    return this;
  }

  private SettingsTable topics() {
    group("Topics");
    row(
        Settings.INPUT_TOPICS,
        LIST,
        NO_DEFAULT_VALUE,
        ValidList.anyNonDuplicateValues(false, false),
        HIGH,
        "Topics to read images from, separated by commas. Their retention must cover the longest"
            + " time that the processor may be down: an image is fetched again from here after a"
            + " crash.");
    row(
        Settings.INPUT_FORMAT,
        STRING,
        "avro",
        lowerCase(InputFormat.values()),
        HIGH,
        "What the values are: avro for an ImageEvent in the Confluent wire format, raw for the bare"
            + " bytes of an image.");
    row(
        Settings.LABELS_TOPIC,
        STRING,
        null,
        null,
        HIGH,
        "Topic for ImageClassification records; left out or empty, no labels are written. A model"
            + " without a head writes none either: it needs patchstream.embeddings.topic.");
    row(
        Settings.EMBEDDINGS_TOPIC,
        STRING,
        null,
        null,
        HIGH,
        "Topic for ImageEmbedding records; left out or empty, no embeddings are written.");
    row(
        Settings.DEAD_LETTER_TOPIC,
        STRING,
        NO_DEFAULT_VALUE,
        new NonEmptyString(),
        HIGH,
        "Topic for ImageFailure records: every input record that has no result has one here.");
    row(
        Settings.DEAD_LETTER_MAX_BYTES,
        INT,
        MIB / 2,
        Range.atLeast(0),
        LOW,
        "Largest original value that a failure keeps, in bytes; a larger one is left out. Stay under"
            + " the topic's max.message.bytes.");
    return this;
  }

  private SettingsTable content() {
    group("Content by reference");
    row(
        Settings.CONTENT_URI_PREFIXES,
        LIST,
        "",
        ValidList.anyNonDuplicateValues(true, false),
        MEDIUM,
        "Prefixes under which a content_uri is fetched, separated by commas: file:/pictures,"
            + " https://cdn.example/images, s3://bucket/images. They count in whole path segments;"
            + " redirects are held against them too. https: alone allows every public host. None by"
            + " default: every content_uri is refused.");
    row(
        Settings.CONTENT_URI_PRIVATE_HOSTS,
        LIST,
        "",
        ValidList.anyNonDuplicateValues(true, false),
        LOW,
        "Hosts of prefixes, as names or addresses, that may have a private address (10.0.0.0/8 and"
            + " its like, loopback, unique local). Any other host that has one is refused. Addresses"
            + " of metadata services, link-local and reserved ones are refused for all.");
    row(
        Settings.CONTENT_URI_TIMEOUT_MS,
        INT,
        10_000,
        Range.atLeast(1),
        LOW,
        "How long fetching one content_uri over HTTP or from S3 may take, retries and redirects included, in"
            + " milliseconds. Results of its partition wait for it.");
    row(
        Settings.CONTENT_URI_THREADS,
        INT,
        16,
        Range.between(1, 1024),
        LOW,
        "How many are fetched at a time. Each may hold image.max.bytes in memory.");
    row(
        Settings.CONTENT_URI_S3_ENDPOINT,
        STRING,
        null,
        null,
        LOW,
        "Another store that s3: URIs are in, such as MinIO or Ceph: http://minio.example:9000. It is"
            + " asked for endpoint/bucket/key and may have a private address. Left out, AWS.");
    row(
        Settings.CONTENT_URI_S3_REGION,
        STRING,
        null,
        null,
        LOW,
        "Region of the buckets of s3: URIs. Left out, the one that the AWS SDK finds (AWS_REGION,"
            + " profile, instance metadata), or us-east-1 where it finds none and there is an"
            + " endpoint.");
    row(
        Settings.CONTENT_URI_S3_ANONYMOUS,
        BOOLEAN,
        false,
        null,
        LOW,
        "Whether s3: URIs are read without credentials, as public buckets allow. Otherwise those"
            + " that the AWS SDK finds sign the requests: AWS_ACCESS_KEY_ID and"
            + " AWS_SECRET_ACCESS_KEY, web identity, profile, container, instance metadata.");
    return this;
  }

  private SettingsTable images() {
    group("Images");
    row(
        Settings.RESOLUTION,
        STRING,
        "fixed",
        lowerCase(Resolution.Mode.values()),
        HIGH,
        "At which size images go through the model: fixed is the size of the model's own"
            + " preprocessing; native keeps the aspect ratio and takes the grid of whole patches"
            + " nearest to the image's own size; event takes the size that the event asks for,"
            + " rounded to whole patches.");
    row(
        Settings.IMAGE_MAX_TOKENS,
        INT,
        1024,
        Range.atLeast(2),
        MEDIUM,
        "Most tokens of one image, patches and class token together, where resolution is native or"
            + " event. Attention costs its square.");
    row(
        Settings.IMAGE_MAX_BYTES,
        LONG,
        16L * MIB,
        Range.between(1L, Integer.MAX_VALUE),
        MEDIUM,
        "Largest encoded image, in bytes; a larger one is a failure.");
    row(
        Settings.IMAGE_MAX_PIXELS,
        LONG,
        50_000_000L,
        Range.between(1L, Integer.MAX_VALUE),
        MEDIUM,
        "Largest image in pixels, width times height, as its header says; a larger one is a failure"
            + " and is never decoded.");
    row(
        Settings.IMAGE_TIMEOUT_MS,
        INT,
        10_000,
        Range.atLeast(1),
        LOW,
        "How long decoding and resizing one image may take, in milliseconds; one that takes longer"
            + " is a failure. Its thread is replaced, for it may never come back; where more hang"
            + " than decode, the process ends.");
    row(
        Settings.IMAGE_EXIF_ORIENTATION,
        BOOLEAN,
        true,
        null,
        LOW,
        "Whether a picture is turned upright as its EXIF orientation says.");
    row(
        Settings.IMAGE_COLOR_MANAGED,
        BOOLEAN,
        false,
        null,
        LOW,
        "Whether JPEG, PNG, WebP and TIFF pictures with an ICC profile are converted to sRGB. Models"
            + " are trained on samples as they are stored, so leave it off unless yours was not. A"
            + " profile that is damaged, over 4 MiB or not for the picture's colours is ignored, and"
            + " so are those of CMYK pictures.");
    row(
        Settings.IMAGE_DECODE_REDUCED,
        BOOLEAN,
        false,
        null,
        LOW,
        "Whether a JPEG is decoded at a half, a quarter or an eighth of its sides where that is at"
            + " least twice what it is resized to. A 12-megapixel picture takes half the time; levels"
            + " differ by 0.2 on average, and by up to 7 at hard edges. The demo model answered 6000"
            + " pictures the same, right and wrong alike.");
    return this;
  }

  private SettingsTable batches() {
    group("Batches");
    row(
        Settings.BATCH_MAX_SIZE,
        INT,
        0,
        Range.atLeast(0),
        MEDIUM,
        "Most images in one run of the model; 0 takes what suits the device, 4 on a CPU and 64 on a"
            + " GPU. On a CPU a larger batch raises latency, and throughput hardly.");
    row(
        Settings.BATCH_MAX_DELAY_MS,
        INT,
        0,
        Range.atLeast(0),
        MEDIUM,
        "How long an image may wait for others to fill its batch, in milliseconds. With 0 a batch"
            + " fills while the device is busy and leaves when it is not, which is best on a CPU;"
            + " raise it where fuller batches are worth the latency.");
    row(
        Settings.BATCH_MAX_TOKENS,
        INT,
        0,
        Range.atLeast(0),
        LOW,
        "Most tokens in one run of the model; 0 derives it from batch.max.size and the model's own"
            + " image size. Lower it where large images use too much memory.");
    row(
        Settings.BATCH_DETERMINISTIC,
        BOOLEAN,
        false,
        null,
        LOW,
        "Whether an image has the same bytes for an answer each time, also when it is done again"
            + " after a crash, whatever comes beside it: on a CPU each image then runs alone.");
    return this;
  }

  private SettingsTable resources() {
    group("Threads and memory");
    row(
        Settings.THREADS_DECODE,
        INT,
        0,
        Range.atLeast(0),
        LOW,
        "Threads that decode and resize images; 0 derives it from the cores of the container.");
    row(
        Settings.THREADS_INFERENCE,
        INT,
        0,
        Range.atLeast(0),
        LOW,
        "Threads that one run of the model uses on a CPU; as many runs go on side by side as the"
            + " container's cores allow. 0 is one thread a run, the highest throughput (1.03 to 1.37"
            + " times that of one run on two cores); as many as cores is the lowest latency of an"
            + " image that comes alone.");
    row(
        Settings.IN_FLIGHT_MAX_BYTES,
        LONG,
        64L * MIB,
        Range.atLeast(1),
        LOW,
        "Bytes of waiting images held in memory; what waits beyond them is fetched again from its"
            + " input topic when its turn comes.");
    row(
        Settings.POSITION_CACHE_BYTES,
        LONG,
        64L * MIB,
        Range.atLeast(0),
        LOW,
        "Bytes of interpolated position tables kept, one table for each grid seen.");
    return this;
  }

  private SettingsTable operations() {
    group("Operations");
    row(
        Settings.HTTP_PORT,
        INT,
        9464,
        Range.between(Settings.NO_HTTP, 65_535),
        MEDIUM,
        "Port of /health/live, /health/ready, /health and /metrics; 0 takes any that is free, which"
            + " the log says, and -1 serves nothing.");
    row(
        Settings.HTTP_HOST,
        STRING,
        "127.0.0.1",
        new NonEmptyString(),
        MEDIUM,
        "Name or address of this machine to serve them at; 0.0.0.0 for all that it has, as in a"
            + " container. There is no authentication: see SECURITY.md.");
    row(
        Settings.HTTP_PAGE,
        BOOLEAN,
        false,
        null,
        MEDIUM,
        "Whether the live page is served there too, at /: it shows some of the pictures, with their"
            + " labels, ids and attributes, to whoever can connect.");
    row(
        Settings.LOG_FORMAT,
        STRING,
        Settings.TEXT,
        ValidString.in(Settings.TEXT, Settings.JSON),
        LOW,
        "How the log is written, on stderr: text for people, json for machines, an object a line.");
    return this;
  }

  private void group(String name) {
    group = name;
    order = 0;
  }

  private void row(
      String name,
      Type type,
      Object defaultValue,
      Validator validator,
      Importance importance,
      String documentation) {
    rows.define(
        name,
        type,
        defaultValue,
        validator,
        importance,
        documentation,
        group,
        ++order,
        Width.NONE,
        name);
  }

  private static void devices(String name, Object value) {
    String devices = ConfigDef.convertToString(value, LIST);
    if (!DEVICE_LIST.matcher(devices).matches()) {
      throw new ConfigException(name, devices, "Value must be " + DEVICES);
    }
  }

  private static Validator lowerCase(Enum<?>[] values) {
    return ValidString.in(
        Arrays.stream(values)
            .map(value -> value.name().toLowerCase(Locale.ROOT))
            .toArray(String[]::new));
  }
}
