package io.patchstream.cli;

import io.patchstream.config.EngineSettings;
import io.patchstream.config.Settings;
import io.patchstream.config.SettingsException;
import io.patchstream.image.Crop;
import io.patchstream.image.ImageOptions;
import io.patchstream.image.Preprocessing;
import io.patchstream.image.Resolution;
import io.patchstream.inference.BatchOptions;
import io.patchstream.inference.ComputeOptions;
import io.patchstream.inference.DecodingOptions;
import io.patchstream.inference.Device;
import io.patchstream.inference.Devices;
import io.patchstream.inference.EngineOptions;
import io.patchstream.inference.RequestedPrecision;
import io.patchstream.model.ModelDescription;
import io.patchstream.topology.StreamOptions;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * What the rooms below are told: the settings in their terms, with what is derived of the model and
 * the machine.
 */
public record RoomOptions(EngineSettings settings, Preprocessing preprocessing) {

  /**
   * How images become patches of this model.
   *
   * @throws IllegalArgumentException if the model takes images of other sizes than they would have
   */
  public ImageOptions images(ModelDescription model) {
    if (settings.resolution() != Resolution.Mode.FIXED && !model.takesAnyGrid()) {
      throw new IllegalArgumentException(
          "%s is %s, which takes images of one size: set patchstream.resolution to fixed."
              .formatted(model.name(), model.layout()));
    }
    int maxPatches = Math.max(1, settings.imageMaxTokens() - model.prefixTokens());
    return new ImageOptions(
        preprocessing,
        patchSize(model),
        new Resolution(settings.resolution(), maxPatches),
        settings.imageLimits(),
        settings.imageExifOrientation(),
        settings.imageColorManaged(),
        settings.imageDecodeReduced());
  }

  /**
   * How the engine uses a machine: see {@link EngineOptions#defaults} for a CPU. By default a batch
   * has as many tokens as a full one of the model's own size.
   *
   * @param devices those of the settings, found
   * @param cores those of the container
   */
  public EngineOptions engine(ModelDescription model, Devices devices, int cores) {
    int batch = settings.batchMaxSize().orElse(suits(devices));
    int decodeThreads = settings.decodeThreads().orElse(cores);
    int intraOpThreads = settings.inferenceThreads().orElse(1);
    Devices lanes = devices.withCpuLanes(Math.max(1, cores / intraOpThreads));
    return new EngineOptions(
        new BatchOptions(
            batch,
            settings.batchMaxTokens().orElse(batch * ownTokens(model)),
            settings.batchMaxDelay(),
            settings.batchDeterministic()),
        new DecodingOptions(decodeThreads, 0, settings.imageTimeout()),
        new ComputeOptions(
            lanes,
            RequestedPrecision.valueOf(settings.precision().toUpperCase(Locale.ROOT)),
            intraOpThreads,
            settings.deviceMemoryMaxBytes(),
            settings.positionCacheBytes()),
        settings.topK(),
        EngineOptions.imagesInFlight(batch, lanes.lanes().size(), decodeThreads));
  }

  private static int suits(Devices devices) {
    return devices.kind() == Device.Kind.CPU ? EngineOptions.CPU_BATCH : EngineOptions.CUDA_BATCH;
  }

  private int patchSize(ModelDescription model) {
    return model.patchSize(preprocessing.crop().height(), preprocessing.crop().width());
  }

  /** Tokens of an image of the model's own size. */
  private int ownTokens(ModelDescription model) {
    Crop own = preprocessing.crop();
    int side = patchSize(model);
    return Math.max(1, own.height() / side * (own.width() / side)) + model.prefixTokens();
  }

  /**
   * What the topology reads and writes: of a model without a head no labels.
   *
   * @throws SettingsException if nothing is left to write
   */
  StreamOptions stream(Settings topics, ModelDescription model) throws SettingsException {
    boolean hasHead = model.classes() > 0;
    if (!hasHead && topics.embeddingsTopic().isEmpty()) {
      throw new SettingsException(
          "Nothing would be written: %s has no head and gives embeddings only, so set %s."
              .formatted(model.name(), Settings.EMBEDDINGS_TOPIC));
    }
    return new StreamOptions(
        topics.inputTopics(),
        topics.inputFormat(),
        hasHead ? topics.labelsTopic() : Optional.empty(),
        topics.embeddingsTopic(),
        topics.deadLetterTopic(),
        topics.deadLetterMaxBytes(),
        topics.inFlightMaxBytes(),
        topics.content(),
        preprocessingId(),
        topics.clientProperties());
  }

  /** The same for the same treatment of an image, in whatever process. */
  private String preprocessingId() {
    String treatment =
        "%s %s %s %s %s"
            .formatted(
                preprocessing,
                settings.resolution(),
                settings.imageExifOrientation(),
                settings.imageColorManaged(),
                settings.imageDecodeReduced());
    return UUID.nameUUIDFromBytes(treatment.getBytes(StandardCharsets.UTF_8)).toString();
  }
}
