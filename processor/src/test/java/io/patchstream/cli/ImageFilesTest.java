package io.patchstream.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFilesTest {

  @TempDir Path folder;

  @Test
  void aFolderGivesItsImagesAndThoseBelowSorted() throws Exception {
    Path late = file("b.PNG");
    Path early = file("a/z.jpeg");
    file("a/notes.txt");
    file("png");

    assertThat(ImageFiles.under(List.of(folder)))
        .containsExactly(early, late, folder.resolve("png"));
  }

  @Test
  void pathsKeepTheirOrderAndFilesTheirNames() throws Exception {
    Path file = file("no-extension");
    Path image = file("pictures/1.png");

    assertThat(ImageFiles.under(List.of(file, image.getParent(), file)))
        .containsExactly(file, image, file);
  }

  @Test
  void everyPathThatDoesNotExistIsNamed() throws IOException {
    Path there = file("there.png");
    Path one = folder.resolve("one");
    Path two = folder.resolve("two.jpg");

    assertThatThrownBy(() -> ImageFiles.under(List.of(one, there, two)))
        .isInstanceOf(UsageException.class)
        .hasMessage("There is no %s.%nThere is no %s.".formatted(one, two));
  }

  @Test
  void patternsNameImagesBelowTheirPlainPart() throws Exception {
    Path first = file("day/camera-1/a.jpg");
    Path second = file("day/camera-2/deep/b.jpg");
    file("day/camera-2/deep/b.png");

    assertThat(ImageFiles.under(List.of(folder.resolve("day/**.jpg"))))
        .containsExactly(first, second);
    assertThat(ImageFiles.under(List.of(folder.resolve("day/camera-?/*.jpg"))))
        .containsExactly(first);
  }

  @Test
  void aPatternInAFolderThatIsNotThereNamesIt() {
    assertThatThrownBy(() -> ImageFiles.under(List.of(folder.resolve("none/*.jpg"))))
        .isInstanceOf(UsageException.class)
        .hasMessage("There is no " + folder.resolve("none") + ".");
  }

  @Test
  void linksAreFollowedButNotInCircles() throws Exception {
    Path image = file("pictures/1.png");
    Path link = Files.createSymbolicLink(folder.resolve("link"), image.getParent());
    Files.createSymbolicLink(folder.resolve("pictures/circle"), folder);
    Path nowhere = Files.createSymbolicLink(folder.resolve("lost.png"), Path.of("nowhere"));

    assertThat(ImageFiles.under(List.of(folder)))
        .contains(image, link.resolve("1.png"), nowhere)
        .allMatch(file -> file.getNameCount() < folder.getNameCount() + 10);
  }

  private Path file(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.createFile(file);
  }
}
