package io.patchstream.quickstart;

import java.nio.file.Path;

/** Where the demo model lies in the sources, and what it was made for. */
final class DemoModel {

  static final Path FOLDER = Path.of("model");

  /** Width and height of its own pictures in pixels. */
  static final int SIDE = 64;

  /** Side of a patch in pixels. */
  static final int PATCH = 8;

  private DemoModel() {}
}
