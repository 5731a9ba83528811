package io.patchstream.quickstart.model;

import java.nio.file.Path;

/** Where the demo model lies, and its sizes. */
final class DemoModel {

  static final Path FOLDER = Path.of("model");

  static final int PATCH = 8;

  /** The size that it is made for: its table of positions is 8 by 8. */
  static final Size OWN = new Size(64, 64);

  static final Size THREE_QUARTERS = new Size(48, 48);
  static final Size ONE_AND_A_HALF = new Size(96, 96);
  static final Size TWICE = new Size(128, 128);
  static final Size THREE_TO_TWO = new Size(96, 64);

  private DemoModel() {}
}
