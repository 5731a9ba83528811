package io.patchstream.cli;

import io.patchstream.config.Settings;
import io.patchstream.topology.EventSender;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code send}: image files become events. */
@Command(
    name = "send",
    description = {
      "Sends image files to the first of patchstream.input.topics, as run reads them: an ImageEvent"
          + " whose image_id is the path, or with patchstream.input.format=raw the file itself.",
      "A file that cannot be sent is told on stderr and does not stop the others."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:all were sent", "1:some were not, or none could be", "2:used wrongly"})
final class SendCommand implements Callable<Integer> {

  private static final long LOOK_MILLIS = 500;

  @Parameters(
      arity = "1..*",
      paramLabel = "PATH",
      description = {
        "An image, whatever its name, a folder (all of its files, subfolders included, that are named"
            + " as images are), or a quoted pattern as 'photos/**/*.jpg'."
      })
  private List<Path> paths;

  @Mixin private SettingsOptions settingsOptions;

  @Option(names = "--topic", paramLabel = "TOPIC", description = "Send to this topic instead.")
  private String topic;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "So many a second, evenly; as fast as they go unless set.")
  private double rate = Double.POSITIVE_INFINITY;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description =
          "Of a record: path, folder (images of one folder stay in order) or none;"
              + " ${DEFAULT-VALUE} unless set.")
  private EventKey key = EventKey.PATH;

  @Option(
      names = "--follow",
      description =
          "Then wait for new files in the folders, and send each once it no longer grows, until"
              + " Ctrl-C.")
  private boolean follow;

  @Spec private CommandSpec spec;

  private PrintWriter err;

  @Override
  public Integer call() throws Exception {
    err = spec.commandLine().getErr();
    if (!(rate > 0)) {
      throw new UsageException("--rate is above 0, not " + rate + ".");
    }
    List<Path> folders = paths.stream().filter(Files::isDirectory).toList();
    if (follow && folders.isEmpty()) {
      throw new UsageException("--follow needs a folder to watch.");
    }
    Settings settings = settingsOptions.load();
    List<Path> files = ImageFiles.under(paths);
    String to = topic == null ? settings.inputTopics().get(0) : topic;
    try (EventSender events =
        EventSender.open(to, settings.inputFormat(), settings.clientProperties())) {
      FileSender sender = new FileSender(events, key, settings.imageLimits().maxBytes());
      Progress progress = Progress.on(err, files.size(), "sent");
      send(files, sender, progress);
      if (follow) {
        follow(folders, files, sender);
      }
      return progress.failed() == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
    }
  }

  private void send(List<Path> files, FileSender sender, Progress progress)
      throws InterruptedException {
    Pace pace = new Pace(rate, System::nanoTime);
    for (Path file : files) {
      pace.await();
      sender.send(file);
      tell(sender, progress);
    }
    sender.flush();
    tell(sender, progress);
    progress.clear();
    err.println(progress.summary());
  }

  private void tell(FileSender sender, Progress progress) {
    for (FileSender.Sent sent = sender.poll(); sent != null; sent = sender.poll()) {
      if (sent.failure() != null) {
        progress.clear();
        err.println(sent.line());
      }
      progress.advance(sent.failure() == null);
    }
  }

  private void follow(List<Path> folders, List<Path> sent, FileSender sender)
      throws IOException, InterruptedException {
    NewFiles arrivals = new NewFiles(folders, sent);
    err.println("Waiting for new files; Ctrl-C ends it.");
    while (true) {
      for (Path file : arrivals.look()) {
        sender.send(file);
      }
      for (FileSender.Sent done = sender.poll(); done != null; done = sender.poll()) {
        err.println(done.line());
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }
}
