package io.patchstream.quickstart.bench;

import io.patchstream.image.RequestedSize;
import io.patchstream.quickstart.PictureSize;
import io.patchstream.quickstart.pictures.PictureGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files that a bench sends: drawn, or the user's own.
 *
 * @param names one each
 * @param files as they are sent
 */
record PictureFiles(List<String> names, List<byte[]> files) {

  /** More would take long, one by one, and hardly be more typical. */
  private static final int MOST = 96;

  private static final float JPEG_QUALITY = 0.9f;

  /** JPEG files of quality 90. */
  static PictureFiles drawn(int count, PictureSize size, long seed) {
    PictureGenerator generator = new PictureGenerator(seed);
    List<String> names = new ArrayList<>();
    List<byte[]> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add("picture-" + i);
      files.add(generator.next(size.width(), size.height()).jpeg(JPEG_QUALITY));
    }
    return new PictureFiles(names, files);
  }

  /** The files of a folder, evenly chosen where there are many. */
  static PictureFiles under(Path folder) throws IOException {
    List<Path> found;
    try (Stream<Path> paths = Files.walk(folder)) {
      found = paths.filter(Files::isRegularFile).sorted().toList();
    }
    int count = Math.min(MOST, found.size());
    List<String> names = new ArrayList<>();
    List<byte[]> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Path file = found.get((int) ((long) i * found.size() / count));
      names.add(folder.relativize(file).toString());
      files.add(Files.readAllBytes(file));
    }
    return new PictureFiles(names, files);
  }

  /** As they are. */
  List<BenchPicture> plain() {
    List<BenchPicture> pictures = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      pictures.add(new BenchPicture(names.get(i), files.get(i), null));
    }
    return pictures;
  }

  /** Asking for these sizes in turns. */
  List<BenchPicture> at(List<RequestedSize> sizes) {
    List<BenchPicture> pictures = new ArrayList<>();
    for (int i = 0; i < Math.max(files.size(), sizes.size()); i++) {
      int file = i % files.size();
      RequestedSize size = sizes.get(i % sizes.size());
      String id = "%s at %dx%d".formatted(names.get(file), size.width(), size.height());
      pictures.add(new BenchPicture(id, files.get(file), size));
    }
    return pictures;
  }
}
