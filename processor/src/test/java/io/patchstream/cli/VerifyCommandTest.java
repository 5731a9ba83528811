package io.patchstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class VerifyCommandTest {

  private static final Path MODEL = Path.of("src/test/resources/golden/hf_vit");
  private static final Path CASES = MODEL.resolve("cases.safetensors");
  private static final Path IMAGES = Path.of("src/test/resources/golden/preprocess/images");

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void aModelThatAgreesPasses() {
    assertThat(verify(MODEL, "--images", IMAGES.toString())).as(err.toString()).isZero();

    List<String> lines = out.toString().lines().toList();
    assertThat(lines.get(0)).matches("case +tensor +shape +difference");
    assertThat(lines.subList(1, lines.size() - 1))
        .hasSize(26)
        .allMatch(line -> line.length() == lines.get(0).length());
    assertThat(lines.get(lines.size() - 1)).isEqualTo("All 26 are within 1.0e-04.");
  }

  @Test
  void oneWeightOfManyThatDiffersIsFound() throws IOException {
    Path model = copy();
    try (var weights = new RandomAccessFile(model.resolve("model.safetensors").toFile(), "rw")) {
      weights.seek(weights.length() - 2);
      weights.write(0x42);
    }

    assertThat(verify(model)).isEqualTo(1);
    assertThat(out.toString()).containsPattern("\\d+ of 18 are above 1.0e-04\\.");
  }

  @Test
  void theLayoutMayBeNamed() {
    assertThat(verify(MODEL, "--layout", "huggingface/vit")).as(err.toString()).isZero();

    assertThat(verify(MODEL, "--layout", "google/vit")).isEqualTo(1);
    assertThat(err.toString()).contains("there is no tensor \"embedding/kernel\"");
    assertThat(verify(MODEL, "--layout", "keras")).isEqualTo(1);
    assertThat(err.toString()).contains("There is no layout keras; there are huggingface/vit, ");
  }

  @Test
  void theToleranceIsTheUsers() {
    assertThat(verify(MODEL, "--tolerance", "1e-12")).isEqualTo(1);
    assertThat(out.toString()).contains("are above 1.0e-12.");
  }

  @Test
  void picturesThatWereLeftOutAreNamed() {
    assertThat(verify(MODEL)).isZero();
    assertThat(out.toString()).contains("Not compared: file:");
  }

  @Test
  void aFileWithoutCasesFails() throws IOException {
    Path cases = folder.resolve("cases.safetensors");
    Files.write(cases, new byte[] {2, 0, 0, 0, 0, 0, 0, 0, '{', '}'});

    assertThat(execute("--model", MODEL.toString(), "--cases", cases.toString())).isEqualTo(1);
    assertThat(out.toString()).contains("Nothing was compared");
  }

  @Test
  void casesThatAreNotThereAreNamedInOneLine() {
    Path cases = folder.resolve("missing.safetensors");

    assertThat(execute("--model", MODEL.toString(), "--cases", cases.toString())).isEqualTo(1);
    assertThat(err.toString().lines()).containsExactly("There is no file " + cases + ".");
  }

  private int verify(Path model, String... more) {
    List<String> arguments = new ArrayList<>(List.of("--model", model.toString()));
    arguments.addAll(List.of("--cases", CASES.toString()));
    Collections.addAll(arguments, more);
    return execute(arguments.toArray(String[]::new));
  }

  private int execute(String... arguments) {
    CommandLine program = PatchStream.commandLine();
    program.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return program.execute(
        Stream.concat(Stream.of("verify"), Stream.of(arguments)).toArray(String[]::new));
  }

  private Path copy() throws IOException {
    for (String file : List.of("config.json", "preprocessor_config.json", "model.safetensors")) {
      Files.copy(MODEL.resolve(file), folder.resolve(file));
    }
    return folder;
  }
}
