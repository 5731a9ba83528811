package io.patchstream.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Reads YAML, and says what is wrong with it; see {@code schemas/README.md}. */
final class DeploymentSchemas {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNode KUBERNETES = resource("kubernetes.json");
  private static final JsonNode COMPOSE = resource("compose-spec.json");

  private DeploymentSchemas() {}

  /** The documents of a text, their anchors and merges resolved. */
  static List<JsonNode> read(String yaml) {
    List<JsonNode> documents = new ArrayList<>();
    for (Object document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(yaml)) {
      documents.add(JSON.valueToTree(document));
    }
    return documents;
  }

  /** The one document of a file. */
  static JsonNode read(Path file) {
    try {
      return read(Files.readString(file)).get(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a cluster would refuse an object for; empty where it takes it. */
  static List<String> problemsOfManifest(JsonNode object) {
    String kind = object.at("/apiVersion").asText() + "/" + object.at("/kind").asText();
    JsonNode definition = KUBERNETES.at("/kinds").path(kind);
    if (definition.isMissingNode()) {
      return List.of(kind + " is no kind that kubernetes.json knows");
    }
    ObjectNode schema = JSON.createObjectNode();
    schema.put("$ref", "#/definitions/" + definition.asText());
    schema.set("definitions", KUBERNETES.get("definitions"));
    return problems(schema, object);
  }

  /** What is wrong with a compose file; empty where nothing is. */
  static List<String> problemsOfCompose(JsonNode file) {
    return problems(COMPOSE, file);
  }

  private static List<String> problems(JsonNode schema, JsonNode instance) {
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
        .getSchema(schema)
        .validate(instance)
        .stream()
        .map(ValidationMessage::getMessage)
        .toList();
  }

  private static JsonNode resource(String name) {
    try (InputStream in = DeploymentSchemas.class.getResourceAsStream("/schemas/" + name)) {
      return JSON.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
