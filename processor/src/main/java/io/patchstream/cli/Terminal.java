package io.patchstream.cli;

/** Which streams are terminals: Java cannot tell, so the launcher does. */
final class Terminal {

  private static final String STREAMS = System.getProperty("patchstream.terminals", "");

  private Terminal() {}

  static boolean isStdout() {
    return STREAMS.contains("stdout");
  }

  static boolean isStderr() {
    return STREAMS.contains("stderr");
  }
}
