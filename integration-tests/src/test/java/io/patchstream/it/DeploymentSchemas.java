package io.patchstream.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** Reads YAML, and says what is wrong with it; see {@code schemas/README.md}. */
final class DeploymentSchemas {

  private static final YAMLMapper YAML = new YAMLMapper();
  private static final JsonNode KUBERNETES = resource("kubernetes.json");
  private static final JsonNode COMPOSE = resource("compose-spec.json");

  private DeploymentSchemas() {}

  /** The documents of a text. */
  static List<JsonNode> read(String yaml) {
    try {
      return YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml).readAll();
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
    ObjectNode schema = new ObjectMapper().createObjectNode();
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
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
