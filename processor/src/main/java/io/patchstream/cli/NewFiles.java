package io.patchstream.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Images that come into folders. Looks instead of being told, so that network file systems and
 * folders made meanwhile count; a file counts once it is the same at two looks, so that one that is
 * still being written waits.
 */
final class NewFiles {

  private final List<Path> folders;
  private final Set<Path> known;
  private Map<Path, State> growing = new HashMap<>();

  private record State(long bytes, FileTime modified) {}

  /**
   * Looks at nothing yet.
   *
   * @param known files that do not count any more
   */
  NewFiles(List<Path> folders, Collection<Path> known) {
    this.folders = folders;
    this.known = new HashSet<>(known);
  }

  /** The files that have come and are whole, sorted by folder and path; each once. */
  List<Path> look() throws IOException {
    List<Path> whole = new ArrayList<>();
    Map<Path, State> now = new HashMap<>();
    for (Path folder : folders) {
      for (Path file : ImageFiles.below(folder)) {
        if (!known.contains(file)) {
          State state = state(file);
          if (state != null && state.equals(growing.get(file))) {
            whole.add(file);
          } else if (state != null) {
            now.put(file, state);
          }
        }
      }
    }
    growing = now;
    known.addAll(whole);
    return whole;
  }

  /** Null if the file is gone again. */
  private static State state(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new State(attributes.size(), attributes.lastModifiedTime());
    } catch (IOException e) {
      return null;
    }
  }
}
