package io.patchstream.image;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/** The file formats that are read. Which one a file has, its first bytes say, never its name. */
public enum ImageFormat {
  /** JPEG, baseline and progressive. */
  JPEG("jpg", "jpeg", "jpe", "jfif"),
  /** PNG, all colour types. */
  PNG("png"),
  /** WebP, lossy and lossless; of an animation the first frame. */
  WEBP("webp"),
  /** GIF, the first frame. */
  GIF("gif"),
  /** Windows bitmaps. */
  BMP("bmp", "dib"),
  /** TIFF, the first picture. */
  TIFF("tif", "tiff");

  private final Set<String> extensions;

  ImageFormat(String... extensions) {
    this.extensions = Set.of(extensions);
  }

  /** Whether a file is named as one of these formats is, in whatever case. */
  public static boolean isNamed(Path file) {
    String name = file.getFileName().toString();
    String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return Arrays.stream(values()).anyMatch(format -> format.extensions.contains(extension));
  }
}
