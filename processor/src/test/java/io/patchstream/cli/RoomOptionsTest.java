package io.patchstream.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.patchstream.config.Settings;
import io.patchstream.config.SettingsException;
import io.patchstream.image.ImageLimits;
import io.patchstream.image.ImageOptions;
import io.patchstream.image.Preprocessing;
import io.patchstream.image.PreprocessingException;
import io.patchstream.image.Resolution;
import io.patchstream.inference.BatchOptions;
import io.patchstream.inference.ComputeOptions;
import io.patchstream.inference.DecodingOptions;
import io.patchstream.inference.Device;
import io.patchstream.inference.Devices;
import io.patchstream.inference.EngineOptions;
import io.patchstream.inference.RequestedPrecision;
import io.patchstream.model.Model;
import io.patchstream.model.ModelDescription;
import io.patchstream.model.ModelException;
import io.patchstream.topology.StreamOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** With a model of 48x48 pixels in patches of 8: 36 patches and the class token. */
class RoomOptionsTest {

  private static final Path FOLDER = Path.of("src/test/resources/golden/hf_vit");

  private static ModelDescription model;
  private static Preprocessing preprocessing;

  @BeforeAll
  static void open() throws ModelException, PreprocessingException {
    try (Model opened = Model.open(FOLDER)) {
      model = opened.description();
    }
    preprocessing = Preprocessing.read(FOLDER);
  }

  @Test
  void theEngineIsDerivedOfModelAndCores() throws SettingsException {
    EngineOptions engine = options(Map.of()).engine(model, Devices.CPU, 3);

    assertThat(engine)
        .isEqualTo(
            new EngineOptions(
                new BatchOptions(4, 4 * 37, Duration.ZERO, false),
                new DecodingOptions(3, 0, Duration.ofSeconds(10)),
                new ComputeOptions(
                    Devices.CPU.withCpuLanes(3), RequestedPrecision.AUTO, 1, 0, 64 * 1024 * 1024),
                5,
                4 * 4 + 3));
  }

  @Test
  void whatIsSetIsNotDerived() throws SettingsException {
    EngineOptions engine =
        options(
                Map.of(
                    "patchstream.batch.max.size", "2",
                    "patchstream.batch.max.tokens", "100",
                    "patchstream.threads.decode", "5",
                    "patchstream.threads.inference", "2",
                    "patchstream.precision", "int8"))
            .engine(model, Devices.CPU, 3);

    assertThat(engine.batches().maxTokens()).isEqualTo(100);
    assertThat(engine.decoding().threads()).isEqualTo(5);
    assertThat(engine.compute().intraOpThreads()).isEqualTo(2);
    assertThat(engine.compute().devices().lanes()).containsExactly(Device.CPU);
    assertThat(engine.compute().precision()).isEqualTo(RequestedPrecision.INT8);
    assertThat(engine.maxImagesInFlight()).isEqualTo(2 * 2 + 5);
  }

  @Test
  void theClassTokenCountsAmongTheTokensOfAnImage() throws SettingsException {
    ImageOptions images =
        options(
                Map.of(
                    "patchstream.resolution", "native",
                    "patchstream.image.max.tokens", "50",
                    "patchstream.image.max.bytes", "7",
                    "patchstream.image.exif.orientation", "false",
                    "patchstream.image.color.managed", "true",
                    "patchstream.image.decode.reduced", "true"))
            .images(model);

    assertThat(images.resolution()).isEqualTo(new Resolution(Resolution.Mode.NATIVE, 49));
    assertThat(images.limits()).isEqualTo(new ImageLimits(7, 50_000_000));
    assertThat(images.exifOrientation()).isFalse();
    assertThat(images.colorManaged()).isTrue();
    assertThat(images.reducedDecoding()).isTrue();
    assertThat(images.patchSize()).isEqualTo(8);
  }

  @Test
  void aModelOfOneSizeRunsAtThatAlone() throws Exception {
    Path folder = Path.of("src/test/resources/golden/onnx_swin");
    try (Model opened = Model.open(folder)) {
      ModelDescription swin = opened.description();
      Preprocessing own = Preprocessing.read(folder);

      RoomOptions fixed = new RoomOptions(settings(Map.of()), own);
      assertThat(fixed.images(swin).patchSize()).isEqualTo(64);
      assertThat(fixed.engine(swin, Devices.CPU, 1).batches().maxTokens())
          .isEqualTo(EngineOptions.CPU_BATCH);

      RoomOptions anySize =
          new RoomOptions(settings(Map.of("patchstream.resolution", "native")), own);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> anySize.images(swin))
          .withMessage(
              "onnx_swin is onnx/classifier, which takes images of one size: set"
                  + " patchstream.resolution to fixed.");
    }
  }

  @Test
  void theSameTreatmentOfImagesHasTheSameName() throws SettingsException {
    String id = stream(Map.of()).preprocessingId();

    assertThat(stream(Map.of("patchstream.top.k", "1")).preprocessingId()).isEqualTo(id);
    assertThat(stream(Map.of("patchstream.resolution", "native")).preprocessingId())
        .isNotEqualTo(id);
    assertThat(stream(Map.of("patchstream.image.color.managed", "true")).preprocessingId())
        .isNotEqualTo(id);
    assertThat(stream(Map.of("patchstream.image.decode.reduced", "true")).preprocessingId())
        .isNotEqualTo(id);
  }

  @Test
  void theTopologyIsToldTopicsAndClients() throws SettingsException {
    StreamOptions stream = stream(Map.of("client.id", "me"));

    assertThat(stream.inputTopics()).containsExactly("images");
    assertThat(stream.labelsTopic()).contains("labels");
    assertThat(stream.embeddingsTopic()).isEmpty();
    assertThat(stream.deadLetterTopic()).isEqualTo("failures");
    assertThat(stream.client())
        .containsOnly(
            Map.entry("client.id", "me"),
            Map.entry("bootstrap.servers", "localhost:9092"),
            Map.entry("schema.registry.url", "http://localhost:8081"));
  }

  @Test
  void aModelWithoutAHeadWritesNoLabels() throws Exception {
    assertThat(withoutHead(Map.of("patchstream.embeddings.topic", "vectors")))
        .satisfies(
            stream -> {
              assertThat(stream.labelsTopic()).isEmpty();
              assertThat(stream.embeddingsTopic()).contains("vectors");
            });
  }

  @Test
  void aModelWithoutAHeadNeedsATopicOfEmbeddings() {
    assertThatExceptionOfType(SettingsException.class)
        .isThrownBy(() -> withoutHead(Map.of()))
        .withMessage(
            "Nothing would be written: hf_vit_model has no head and gives embeddings only, so set"
                + " patchstream.embeddings.topic.");
  }

  private static StreamOptions withoutHead(Map<String, String> changes) throws Exception {
    Settings settings = settings(changes);
    try (Model opened = Model.open(FOLDER.resolveSibling("hf_vit_model"))) {
      return new RoomOptions(settings, preprocessing).stream(settings, opened.description());
    }
  }

  private static RoomOptions options(Map<String, String> changes) throws SettingsException {
    return new RoomOptions(settings(changes), preprocessing);
  }

  private static StreamOptions stream(Map<String, String> changes) throws SettingsException {
    Settings settings = settings(changes);
    return new RoomOptions(settings, preprocessing).stream(settings, model);
  }

  private static Settings settings(Map<String, String> changes) throws SettingsException {
    Map<String, String> settings = new HashMap<>();
    settings.put("bootstrap.servers", "localhost:9092");
    settings.put("schema.registry.url", "http://localhost:8081");
    settings.put("patchstream.model", FOLDER.toString());
    settings.put("patchstream.input.topics", "images");
    settings.put("patchstream.labels.topic", "labels");
    settings.put("patchstream.dead.letter.topic", "failures");
    settings.putAll(changes);
    return Settings.of(settings);
  }
}
