package io.patchstream.quickstart;

import io.patchstream.cli.QuickstartCommand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code demo}: see it work. */
@Command(
    name = QuickstartCommand.Demo.NAME,
    description = {
      QuickstartCommand.Demo.DESCRIPTION,
      "Draws pictures of several sizes, sends them to a broker of its own, and prints each label as"
          + " it comes out of the labels topic, beside what was drawn. Nothing is left behind."
    },
    exitCodeList = {
      "0:all pictures have come out",
      "1:failed",
      "2:used wrongly",
      "130:ended by Ctrl-C, after the summary"
    })
final class DemoCommand implements Callable<Integer> {

  private static final Duration LONGEST_STOP = Duration.ofSeconds(30);

  @Option(
      names = "--images",
      paramLabel = "N",
      description = "Stop after N pictures; without it, go on until Ctrl-C.")
  private Long images;

  @Option(
      names = "--rate",
      paramLabel = "R",
      description = "Send at most R pictures a second; 40 with --images and 5 without, unless set.")
  private Double rate;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "2026",
      description = "Another seed draws other pictures; ${DEFAULT-VALUE} unless set.")
  private long seed;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    OptionalLong count = images == null ? OptionalLong.empty() : OptionalLong.of(images);
    double perSecond = rate != null ? rate : images == null ? 5 : 40;
    if (count.orElse(1) < 1 || !(perSecond > 0)) {
      throw new ParameterException(spec.commandLine(), "--images and --rate are above 0.");
    }
    Ansi ansi = spec.commandLine().getColorScheme().ansi();
    DemoScreen screen = new DemoScreen(spec.commandLine().getOut(), ansi);
    Demo demo = new Demo(modelFolder(), screen);
    CountDownLatch closed = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(demo, closed)));
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      demo.run(broker, count, perSecond, seed);
      return ExitCode.OK;
    } catch (Exception | LinkageError e) {
      if (demo.isStopped()) {
        // Ctrl-C while it was starting: classes that want a shutdown hook fail to load then.
        return ExitCode.OK;
      }
      throw e;
    } finally {
      closed.countDown();
    }
  }

  /** Ctrl-C: the process lives until the summary is printed and all is closed. */
  private static void stop(Demo demo, CountDownLatch closed) {
    demo.stop();
    try {
      closed.await(LONGEST_STOP.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** In the distribution, whose place the launcher tells. */
  private static Path modelFolder() {
    return Path.of(System.getProperty("patchstream.home", ""), "demo-model");
  }
}
