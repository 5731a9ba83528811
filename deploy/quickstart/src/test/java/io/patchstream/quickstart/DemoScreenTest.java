package io.patchstream.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Help.Ansi;

class DemoScreenTest {

  private final StringWriter printed = new StringWriter();

  @Test
  void rightAndWrongAreWordsWithoutATerminal() {
    DemoScreen screen = new DemoScreen(new PrintWriter(printed), Ansi.OFF);
    screen.sending(OptionalLong.of(2), 40, PictureSize.around(64));
    screen.labelled(picture("star"));
    screen.labelled(picture("ring"));

    List<String> lines = printed.toString().lines().toList();
    assertThat(lines.get(0))
        .isEqualTo(
            "2 pictures go out at 40 a second, JPEG and PNG, of 64x64, 48x48, 96x96, 128x128,"
                + " 96x64 pixels.");
    assertThat(lines.get(2)).matches("right .* drawn star +labelled star +0\\.75 +12 ms");
    assertThat(lines.get(3)).matches("WRONG .* drawn star +labelled ring +0\\.75 +12 ms");
  }

  @Test
  void aTerminalShowsColoursAndKeepsTheProgressOnItsLastLine() {
    DemoScreen screen = new DemoScreen(new PrintWriter(printed), Ansi.ON);
    screen.sending(OptionalLong.of(2), 40, PictureSize.around(64));
    screen.labelled(picture("star"));
    screen.progress(new Summary(List.of(new Summary.Row("own 64x64", 1, 1)), 39.96, 12, 12));

    assertThat(printed.toString())
        .contains("\033[32mright")
        .endsWith("\r\033[K1 of 2 pictures, 1 right, 40.0 img/s");
  }

  @Test
  void ofManyPicturesSomeAreShown() {
    DemoScreen screen = new DemoScreen(new PrintWriter(printed), Ansi.OFF);
    screen.sending(OptionalLong.of(1000), 40, PictureSize.around(64));
    for (int i = 0; i < 1000; i++) {
      screen.labelled(picture("star"));
    }

    assertThat(printed.toString()).contains("One in 5 is shown here.");
    assertThat(printed.toString().lines().filter(line -> line.startsWith("right"))).hasSize(200);
  }

  private static LabelledPicture picture(String label) {
    return new LabelledPicture("picture-1", "star", label, 0.75f, "own", "PNG", 64, 64, 12);
  }
}
