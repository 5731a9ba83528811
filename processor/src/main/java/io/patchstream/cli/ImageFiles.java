package io.patchstream.cli;

import io.patchstream.image.ImageException;
import io.patchstream.image.ImageFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;

/** Which files a user means by files and folders, and what is in them. */
final class ImageFiles {

  private ImageFiles() {}

  /**
   * Files as they are, whatever their names; of a folder those below it that are named as images
   * are, sorted, links followed. A folder that cannot be listed stands for itself, so that it is
   * told as a file that cannot be read.
   *
   * @param paths files, folders, and patterns as {@link java.nio.file.FileSystem#getPathMatcher}
   *     knows them under "glob", for shells that cannot expand so many
   * @throws UsageException if one of the paths does not exist; the message names all of those
   */
  static List<Path> under(List<Path> paths) throws UsageException, IOException {
    List<String> missing =
        paths.stream()
            .map(path -> isPattern(path) ? plainPart(path) : path)
            .filter(Files::notExists)
            .map(path -> "There is no " + path + ".")
            .toList();
    if (!missing.isEmpty()) {
      throw new UsageException(String.join(System.lineSeparator(), missing));
    }
    List<Path> files = new ArrayList<>();
    for (Path path : paths) {
      if (isPattern(path)) {
        files.addAll(matching(path));
      } else if (Files.isDirectory(path)) {
        files.addAll(below(path));
      } else {
        files.add(path);
      }
    }
    return files;
  }

  /** Whether it means others: a file may be named like a pattern. */
  private static boolean isPattern(Path path) {
    return hasWildcard(path) && Files.notExists(path);
  }

  private static boolean hasWildcard(Path path) {
    return path.toString().chars().anyMatch(c -> "*?[{".indexOf(c) >= 0);
  }

  /** What stands before the first part with a wildcard; the working folder if nothing does. */
  private static Path plainPart(Path pattern) {
    Path plain = pattern.getRoot() == null ? Path.of("") : pattern.getRoot();
    for (Path part : pattern) {
      if (hasWildcard(part)) {
        break;
      }
      plain = plain.resolve(part);
    }
    return plain;
  }

  private static List<Path> matching(Path pattern) throws IOException {
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
    return below(plainPart(pattern)).stream().filter(matcher::matches).toList();
  }

  /** The files below a folder that are named as images are, sorted, links followed. */
  static List<Path> below(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        folder,
        EnumSet.of(FileVisitOption.FOLLOW_LINKS),
        Integer.MAX_VALUE,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            // A pipe or a device in a folder would never end.
            if (ImageFormat.isNamed(file) && !attributes.isOther()) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path path, IOException failure) {
            if (!(failure instanceof FileSystemLoopException)) {
              files.add(path);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    Collections.sort(files);
    return files;
  }

  /**
   * The bytes of a file.
   *
   * @throws ImageException if they are more than {@code maxBytes}
   * @throws IOException if it cannot be read
   */
  static byte[] read(Path file, long maxBytes) throws IOException, ImageException {
    long size = Files.size(file);
    if (size > maxBytes) {
      throw new ImageException(
          ImageException.Reason.TOO_MANY_BYTES,
          "the file has %d bytes, more than the %d allowed".formatted(size, maxBytes));
    }
    try (InputStream bytes = Files.newInputStream(file)) {
      // A pipe does not say its size: one byte too many is for whoever decodes it to refuse.
      return bytes.readNBytes((int) Math.min(Integer.MAX_VALUE, maxBytes + 1));
    }
  }
}
