package io.patchstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.patchstream.fixtures.NumberedPicture;
import io.patchstream.fixtures.NumberedVit;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** With pictures that carry their number, and a model whose label is that number. */
class ClassifyCommandTest {

  private static final int NUMBERS = 1000;

  @TempDir static Path model;
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void makeModel() throws IOException {
    NumberedVit.of(NUMBERS).writeTo(model);
  }

  @Test
  void aFolderOfAThousandOfWhichTenAreBroken() throws IOException {
    List<String> good = new ArrayList<>();
    List<String> broken = new ArrayList<>();
    for (int number = 0; number < NUMBERS; number++) {
      boolean breaks = number % 100 == 42;
      byte[] png = NumberedPicture.of(number).png();
      Path file = folder.resolve("%d/%04d.png".formatted(number / 100, number));
      Files.createDirectories(file.getParent());
      Files.write(file, breaks ? brokenBy(number / 100, png) : png);
      (breaks ? broken : good).add(file + (breaks ? ": " : "  " + number + " "));
    }

    assertThat(classify(folder.toString())).isEqualTo(1);

    assertThat(out.toString().lines().map(line -> line.replaceAll(" +", " ")))
        .hasSize(990)
        .zipSatisfy(
            good, (line, start) -> assertThat(line).startsWith(start.replaceAll(" +", " ")));
    List<String> told = err.toString().lines().filter(line -> line.contains(": the ")).toList();
    assertThat(told).hasSize(10).zipSatisfy(broken, (l, start) -> assertThat(l).startsWith(start));
    assertThat(err.toString().lines().filter(line -> !told.contains(line)))
        .satisfiesExactly(
            line -> assertThat(line).startsWith("250 of 1000, "),
            line -> assertThat(line).startsWith("500 of 1000, 5 failed, "),
            line -> assertThat(line).startsWith("750 of 1000, "),
            line -> assertThat(line).startsWith("1000 of 1000, 10 failed, "),
            line ->
                assertThat(line)
                    .matches(
                        "1000 images in [\\d.]+ s \\(\\d+ img/s\\): 990 classified, 10 failed\\."));
  }

  @Test
  void columnsAreAligned() throws IOException {
    Path one = picture("one.png", 1);
    Path more = picture("many-more.jpg", 987);

    assertThat(classify("--top-k", "1", one.toString(), more.toString())).isZero();
    assertThat(out.toString().lines())
        .containsExactly(one + "        1   1.0000", more + "  987 1.0000");
    assertThat(err.toString().lines()).singleElement().asString().startsWith("2 images in ");
  }

  @Test
  void aModelWithoutAHeadPrintsItsEmbeddingsAsJson() throws IOException {
    String headless = "src/test/resources/golden/hf_vit_model";
    Path file = picture("one.png", 1);

    assertThat(execute("classify", "--model", headless, file.toString())).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).contains("hf_vit_model has no head", "--json", "labels.safetensors");

    assertThat(execute("classify", "--model", headless, "--json", file.toString())).isZero();
    JsonNode line = new ObjectMapper().readTree(out.toString());
    assertThat(line.fieldNames())
        .toIterable()
        .containsExactly("path", "width", "height", "grid", "embedding");
    assertThat(line.get("embedding")).hasSize(24);
  }

  @Test
  void jsonIsAnObjectALineForFailuresToo() throws IOException {
    Path good = picture("good.png", 7);
    Path text = Files.writeString(folder.resolve("text"), "no picture");

    assertThat(classify("--json", "--top-k", "2", good.toString(), text.toString())).isEqualTo(1);

    List<JsonNode> objects = new ArrayList<>();
    for (String line : out.toString().lines().toList()) {
      objects.add(new ObjectMapper().readTree(line));
    }
    assertThat(objects).hasSize(2);
    JsonNode first = objects.get(0);
    assertThat(first.fieldNames())
        .toIterable()
        .containsExactly("path", "width", "height", "grid", "predictions");
    assertThat(first.get("path").asText()).isEqualTo(good.toString());
    assertThat(first.get("width").asInt()).isEqualTo(40);
    assertThat(first.get("grid")).hasToString("{\"rows\":5,\"columns\":5}");
    assertThat(first.get("predictions")).hasSize(2);
    assertThat(first.at("/predictions/0/index").asInt()).isEqualTo(7);
    assertThat(first.at("/predictions/0/label").asText()).isEqualTo("7");
    assertThat(first.at("/predictions/0/score").asDouble()).isGreaterThan(0.99);
    assertThat(objects.get(1).fieldNames()).toIterable().containsExactly("path", "error");
    assertThat(objects.get(1).at("/error/reason").asText()).isEqualTo("UNSUPPORTED_FORMAT");
    assertThat(err.toString()).contains(objects.get(1).at("/error/message").asText());
  }

  @Test
  void nativeResolutionTakesTheGridOfTheImage() throws IOException {
    Path large = folder.resolve("large.png");
    Files.write(large, NumberedPicture.of(3).withScale(2).png());

    classify("--json", large.toString());
    classify("--json", "--resolution", "native", large.toString());

    assertThat(out.toString().lines())
        .satisfiesExactly(
            fixed -> assertThat(fixed).contains("{\"rows\":5,\"columns\":5}"),
            itsOwn -> assertThat(itsOwn).contains("{\"rows\":10,\"columns\":10}"));
  }

  @Test
  void whatCannotBeReadIsToldInALine() throws IOException {
    Path lost = Files.createSymbolicLink(folder.resolve("lost.png"), Path.of("nowhere"));
    Path named = Files.write(folder.resolve("two\nlines.png"), new byte[0]);

    assertThat(classify("--json", folder.toString())).isEqualTo(1);
    assertThat(err.toString().lines())
        .startsWith(
            lost + ": it does not exist (any more), or is a link to nowhere",
            named.toString().replace('\n', '?') + ": the image has no bytes")
        .hasSize(3);
    assertThat(out.toString()).contains("UNREADABLE_FILE", "CORRUPT_IMAGE", "two\\nlines.png");
  }

  @Test
  void wrongUseIsToldBeforeAnythingIsDone() throws IOException {
    Path image = picture("1.png", 1);
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Path missing = folder.resolve("missing");

    assertThat(classify(image.toString(), missing.toString())).isEqualTo(2);
    assertThat(classify(empty.toString())).isEqualTo(2);
    assertThat(execute("classify", image.toString())).isEqualTo(2);
    assertThat(classify("--top-k", "0", image.toString())).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString().lines())
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("There is no " + missing + "."),
            line -> assertThat(line).startsWith("There are no images in " + empty + ": "),
            line -> assertThat(line).startsWith("There is no demo model in demo-model: "),
            line -> assertThat(line).contains("patchstream.top.k"));
  }

  /** Ways in which a file may be broken, one after the other. */
  private static byte[] brokenBy(int way, byte[] png) {
    return switch (way % 3) {
      case 0 -> new byte[0];
      case 1 -> "not an image".getBytes(StandardCharsets.US_ASCII);
      default -> Arrays.copyOf(png, png.length / 2);
    };
  }

  private Path picture(String name, int number) throws IOException {
    NumberedPicture picture = NumberedPicture.of(number);
    Path file = folder.resolve(name);
    return Files.write(file, name.endsWith(".png") ? picture.png() : picture.jpeg());
  }

  private int classify(String... arguments) {
    return execute(
        Stream.concat(Stream.of("classify", "--model", model.toString()), Stream.of(arguments))
            .toArray(String[]::new));
  }

  private int execute(String... arguments) {
    CommandLine program = PatchStream.commandLine();
    program.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return program.execute(arguments);
  }
}
