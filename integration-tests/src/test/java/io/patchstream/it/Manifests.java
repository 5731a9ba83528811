package io.patchstream.it;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The objects that a folder of {@code deploy/kubernetes} renders to. */
record Manifests(List<JsonNode> objects) {

  /** Whether this machine has what renders them. */
  static boolean canBeRendered() {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "kubectl")));
  }

  /** What {@code kubectl kustomize} makes of a folder. */
  static Manifests render(Path folder) {
    try {
      Process kubectl =
          new ProcessBuilder("kubectl", "kustomize", folder.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      byte[] rendered = kubectl.getInputStream().readAllBytes();
      if (kubectl.waitFor() != 0) {
        throw new AssertionError("kubectl kustomize " + folder + " failed");
      }
      return new Manifests(DeploymentSchemas.read(new String(rendered, StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  JsonNode deployment() {
    return one("Deployment");
  }

  JsonNode pod() {
    return deployment().at("/spec/template/spec");
  }

  /** The one container of a pod. */
  JsonNode container() {
    return pod().at("/containers/0");
  }

  /** The one object of a kind. */
  JsonNode one(String kind) {
    List<JsonNode> found = all(kind).toList();
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " objects of the kind " + kind);
    }
    return found.get(0);
  }

  Stream<JsonNode> all(String kind) {
    return objects.stream().filter(object -> object.get("kind").asText().equals(kind));
  }

  /** The items of a list by one of their fields. */
  static Map<String, JsonNode> by(JsonNode list, String field) {
    return StreamSupport.stream(list.spliterator(), false)
        .collect(Collectors.toMap(item -> item.get(field).asText(), Function.identity()));
  }
}
