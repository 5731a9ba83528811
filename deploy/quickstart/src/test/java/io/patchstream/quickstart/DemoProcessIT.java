package io.patchstream.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The demo as the launcher starts it: a process with the jars of both folders and no others. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class DemoProcessIT {

  private static final Path DISTRIBUTION = Path.of(System.getProperty("patchstream.distribution"));
  private static final Path QUICKSTART = Path.of(System.getProperty("patchstream.quickstart"));

  private static final Pattern LABEL =
      Pattern.compile("(right|WRONG) +picture-\\d+ .* drawn (\\S+) +labelled (\\S+) .* ms");
  private static final Pattern ALL = Pattern.compile("all +(\\d+) +(\\d+) +([\\d.]+)");

  @TempDir Path folder;

  private Process process;

  @AfterEach
  void end() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Test
  void itEndsWhenAllPicturesHaveComeOut() throws Exception {
    start("--images", "60");

    assertThat(process.waitFor()).as(printed()).isZero();
    List<Matcher> labels = labels();
    long right = labels.stream().filter(l -> l.group(2).equals(l.group(3))).count();
    assertThat(labels).hasSize(60);
    assertThat(labels).allMatch(l -> l.group(2).equals(l.group(3)) == l.group(1).equals("right"));
    Matcher all = lines(ALL).get(0);
    assertThat(all.group(1)).isEqualTo("60");
    assertThat(all.group(2)).isEqualTo(Long.toString(right));
    assertThat(all.group(3)).isEqualTo("%.3f".formatted(right / 60.0));
    assertNothingIsLeft();
  }

  /** SIGTERM, which takes the road of Ctrl-C and is never ignored by who started the tests. */
  @Test
  void stoppedItStillSumsUpAndCleansUp() throws Exception {
    start();
    while (labels().size() < 3 && process.isAlive()) {
      Thread.sleep(100);
    }
    process.destroy();

    assertThat(process.waitFor()).as(printed()).isEqualTo(128 + 15);
    assertThat(lines(ALL).get(0).group(1)).isEqualTo(Integer.toString(labels().size()));
    assertNothingIsLeft();
  }

  private void start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-Djava.io.tmpdir=" + Files.createDirectory(folder.resolve("tmp")));
    command.add("-Dpatchstream.home=" + DISTRIBUTION);
    command.add("-Djava.library.path=" + DISTRIBUTION.resolve("native/linux-x86_64"));
    command.add("-Dorg.bytedeco.javacpp.pathsFirst=true");
    command.add("-cp");
    command.add(DISTRIBUTION.resolve("lib") + "/*:" + QUICKSTART.resolve("lib") + "/*");
    command.add("io.patchstream.quickstart.Quickstart");
    command.add("demo");
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
    process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("printed").toFile())
            .start();
  }

  private void assertNothingIsLeft() {
    assertThat(folder.resolve("tmp")).isDirectoryNotContaining("glob:**patchstream-broker-*");
  }

  private List<Matcher> labels() throws IOException {
    return lines(LABEL);
  }

  private List<Matcher> lines(Pattern pattern) throws IOException {
    return printed().lines().map(pattern::matcher).filter(Matcher::matches).toList();
  }

  private String printed() throws IOException {
    return Files.readString(folder.resolve("printed"), StandardCharsets.UTF_8);
  }
}
