package io.patchstream.config;

import java.util.List;

/** Settings that cannot be used; each problem is one sentence that says what to do. */
public final class SettingsException extends Exception {

  private final List<String> problems;

  /** Settings with one problem. */
  public SettingsException(String problem) {
    this(List.of(problem));
  }

  /** Settings with these problems, in the order in which they are to be read. */
  public SettingsException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** One sentence each, at least one. */
  public List<String> problems() {
    return problems;
  }
}
