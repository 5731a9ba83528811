package io.patchstream.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** What the key of a sent image's record is, and so which images are in order. */
enum EventKey {
  /** The path of the file, as it was named. */
  PATH,
  /** The path of the folder that the file lies in. */
  FOLDER,
  /** No key: the images are spread over the partitions. */
  NONE;

  /** The key in UTF-8, or null. */
  byte[] of(Path file) {
    Path folder = file.getParent();
    return switch (this) {
      case PATH -> bytes(file.toString());
      case FOLDER -> bytes(folder == null ? "." : folder.toString());
      case NONE -> null;
    };
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
