package io.patchstream.cli;

import io.patchstream.config.Settings;
import io.patchstream.inference.Engine;
import io.patchstream.inference.ModelIdentity;
import io.patchstream.ops.Operations;
import io.patchstream.topology.ClassificationStream;
import io.patchstream.topology.Timeouts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** {@code run}: classifies until it is told to stop. */
@Command(
    name = "run",
    description = {
      "Reads images from Kafka and writes labels and embeddings, until SIGTERM or Ctrl-C.",
      "A setting may stand in the file, in the environment (PATCHSTREAM_INPUT_TOPICS for"
          + " patchstream.input.topics) and in --set; the last of these wins. The command config"
          + " prints them all."
    })
final class RunCommand implements Callable<Integer> {

  private static final Logger log = LoggerFactory.getLogger(RunCommand.class);

  @Mixin private SettingsOptions settingsOptions;

  @Override
  public Integer call() throws Exception {
    Settings settings = settingsOptions.load();
    settings.warnings().forEach(log::warn);
    try (Operations operations = Operations.open(settings);
        StopSignal signal = StopSignal.await(operations);
        Processor processor = Processor.open(settings, operations.tap())) {
      ClassificationStream stream = processor.stream();
      stream.warnings().forEach(log::warn);
      signal.closes(processor);
      stream.start();
      operations.watch(processor.engine(), stream, processor.card());
      logReady(settings, processor.engine(), stream.timeouts(), operations.url());
      stream.awaitEnd();
    }
    return ExitCode.OK;
  }

  private static void logReady(
      Settings settings, Engine engine, Timeouts timeouts, Optional<String> url) {
    ModelIdentity model = engine.identity();
    List<String> outputs = new ArrayList<>();
    if (model.hasHead()) {
      settings.labelsTopic().ifPresent(outputs::add);
    }
    settings.embeddingsTopic().ifPresent(outputs::add);
    log.info(
        "Ready: {} ({}{}) on {} in {} ({}); from {} to {}, failures to {}; exactly_once_v2; timeouts:"
            + " transaction {} ms, session {} ms, poll {} ms; {}",
        model.name(),
        model.revision(),
        model.hasHead() ? "" : ", without a head: embeddings only",
        engine.devices(),
        model.precision(),
        model.precisionReason(),
        String.join(", ", settings.inputTopics()),
        String.join(", ", outputs),
        settings.deadLetterTopic(),
        timeouts.transaction().toMillis(),
        timeouts.session().toMillis(),
        timeouts.maxPollInterval().toMillis(),
        url.map("operations at "::concat).orElse("nothing over HTTP"));
  }
}
