package io.patchstream.cli;

import io.patchstream.ops.Operations;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ExitCode;

/**
 * Ends the process on SIGTERM and Ctrl-C, wherever it is, with an exit code that says that all is
 * well: before there is a processor nothing has been read, and afterwards it is closed.
 */
final class StopSignal implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(StopSignal.class);

  private final Operations operations;
  private final Thread hook = new Thread(this::stop, "patchstream-stop");
  private volatile Processor processor;

  private StopSignal(Operations operations) {
    this.operations = operations;
  }

  /** Waits for the signal from now on. */
  static StopSignal await(Operations operations) {
    StopSignal signal = new StopSignal(operations);
    Runtime.getRuntime().addShutdownHook(signal.hook);
    return signal;
  }

  /** What it closes from now on; called before the processor is started. */
  void closes(Processor processor) {
    this.processor = processor;
  }

  private void stop() {
    log.info("Stopping");
    operations.stopping();
    if (processor != null) {
      processor.close();
    }
    Runtime.getRuntime().halt(ExitCode.OK);
  }

  /** The process ends by itself: its own exit code counts. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      log.debug("It is the signal that ended the stream", e);
    }
  }
}
