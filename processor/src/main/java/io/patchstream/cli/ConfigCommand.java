package io.patchstream.cli;

import io.patchstream.config.SettingsReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code config}: the settings table. */
@Command(name = "config", description = "Prints the settings table as Markdown.")
final class ConfigCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().getOut().print(SettingsReference.markdown());
    spec.commandLine().getOut().flush();
  }
}
