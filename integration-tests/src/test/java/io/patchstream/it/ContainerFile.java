package io.patchstream.it;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A container file of {@code deploy/containers}, taken apart: the instructions of its last stage,
 * which is the image. It reads what those files use, and refuses what it does not know.
 */
record ContainerFile(List<Instruction> instructions) {

  private static final List<String> KNOWN =
      List.of(
          "ARG",
          "CMD",
          "COPY",
          "ENTRYPOINT",
          "ENV",
          "EXPOSE",
          "FROM",
          "HEALTHCHECK",
          "RUN",
          "STOPSIGNAL",
          "USER",
          "WORKDIR");

  /** One line: {@code COPY} and what follows it. */
  record Instruction(String keyword, String rest) {}

  static ContainerFile read(Path file) {
    try {
      List<Instruction> instructions = new ArrayList<>();
      for (String line : Files.readAllLines(file)) {
        if (line.isBlank() || line.startsWith("#")) {
          continue;
        }
        String[] words = line.split(" ", 2);
        if (!KNOWN.contains(words[0]) || line.endsWith("\\")) {
          throw new AssertionError(file + " has what this test cannot read: " + line);
        }
        if (words[0].equals("FROM")) {
          instructions.clear();
        }
        instructions.add(new Instruction(words[0], words[1].strip()));
      }
      return new ContainerFile(instructions);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What follows the one instruction of that keyword. */
  String one(String keyword) {
    List<String> found = all(keyword).toList();
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " of " + keyword);
    }
    return found.get(0);
  }

  /** What follows each instruction of that keyword, in order. */
  Stream<String> all(String keyword) {
    return instructions.stream().filter(i -> i.keyword().equals(keyword)).map(Instruction::rest);
  }

  /** The words of an instruction in its exec form, which no shell stands before. */
  List<String> exec(String keyword) {
    String rest = one(keyword);
    return words(rest.substring(rest.indexOf('[')));
  }

  /** What the image runs when it is told nothing else. */
  List<String> command() {
    return Stream.of("ENTRYPOINT", "CMD").flatMap(keyword -> exec(keyword).stream()).toList();
  }

  /** The environment that the image sets. */
  Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    all("ENV")
        .map(pair -> pair.split("=", 2))
        .forEach(pair -> environment.put(pair[0], pair[1].replaceAll("^\"|\"$", "")));
    return environment;
  }

  /**
   * What is copied from the context.
   *
   * @return from each path in the image to the path in the context
   */
  Map<String, String> copies() {
    Map<String, String> copies = new LinkedHashMap<>();
    all("COPY")
        .filter(copy -> !copy.startsWith("--from="))
        .map(copy -> copy.split(" "))
        .forEach(
            words -> {
              String target = words[words.length - 1];
              Arrays.stream(words, 0, words.length - 1)
                  .forEach(
                      source ->
                          copies.put(target.endsWith("/") ? target + source : target, source));
            });
    return copies;
  }

  private static List<String> words(String json) {
    try {
      return new ObjectMapper().readValue(json, new TypeReference<List<String>>() {});
    } catch (IOException e) {
      throw new UncheckedIOException(json, e);
    }
  }
}
