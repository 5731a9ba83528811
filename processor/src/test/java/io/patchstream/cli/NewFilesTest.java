package io.patchstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewFilesTest {

  @TempDir Path folder;
  private NewFiles arrivals;

  @BeforeEach
  void startWithAFileThatIsKnown() throws Exception {
    Path known = Files.write(folder.resolve("known.jpg"), new byte[3]);
    arrivals = new NewFiles(List.of(folder), List.of(known));
  }

  @Test
  void aFileCountsOnceItNoLongerGrows() throws Exception {
    Path file = Files.write(folder.resolve("new.png"), new byte[10]);
    assertThat(arrivals.look()).isEmpty();

    Files.write(file, new byte[5], StandardOpenOption.APPEND);
    assertThat(arrivals.look()).isEmpty();
    assertThat(arrivals.look()).containsExactly(file);
    assertThat(arrivals.look()).isEmpty();
  }

  @Test
  void newFoldersAreLookedIntoAndOtherFilesAreNot() throws Exception {
    Path inside = Files.createDirectories(folder.resolve("today/camera-1")).resolve("a.webp");
    Files.write(inside, new byte[1]);
    Files.write(folder.resolve("notes.txt"), new byte[1]);
    arrivals.look();

    assertThat(arrivals.look()).containsExactly(inside);
  }

  @Test
  void aFileThatGoesAgainIsForgotten() throws Exception {
    Path file = Files.write(folder.resolve("gone.gif"), new byte[1]);
    arrivals.look();
    Files.delete(file);

    assertThat(arrivals.look()).isEmpty();
  }
}
