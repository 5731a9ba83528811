package io.patchstream.model.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.Set;

/**
 * Gives values of a graph other names where theirs are wanted: {@code logits} becomes {@code
 * file.logits}, in branches and loops too.
 *
 * @param wanted the names
 */
record Renaming(Set<String> wanted) {

  private static final String PREFIX = "file.";

  /** The name that a value has from now on. */
  String of(String name) {
    return isWanted(name) ? PREFIX + name : name;
  }

  /** The name that a value has in the file. */
  String original(String name) {
    return name.startsWith(PREFIX) && isWanted(name) ? name.substring(PREFIX.length()) : name;
  }

  /** A name that looks as if it had been given here moves on as well, so none meet. */
  private boolean isWanted(String name) {
    String bare = name;
    while (bare.startsWith(PREFIX)) {
      bare = bare.substring(PREFIX.length());
    }
    return wanted.contains(bare);
  }

  GraphProto of(GraphProto graph) {
    GraphProto.Builder renamed = graph.toBuilder();
    for (NodeProto.Builder node : renamed.getNodeBuilderList()) {
      rename(node);
    }
    for (TensorProto.Builder tensor : renamed.getInitializerBuilderList()) {
      tensor.setName(of(tensor.getName()));
    }
    for (ValueInfoProto.Builder input : renamed.getInputBuilderList()) {
      input.setName(of(input.getName()));
    }
    for (ValueInfoProto.Builder output : renamed.getOutputBuilderList()) {
      output.setName(of(output.getName()));
    }
    for (ValueInfoProto.Builder value : renamed.getValueInfoBuilderList()) {
      value.setName(of(value.getName()));
    }
    return renamed.build();
  }

  private void rename(NodeProto.Builder node) {
    for (int i = 0; i < node.getInputCount(); i++) {
      node.setInput(i, of(node.getInput(i)));
    }
    for (int i = 0; i < node.getOutputCount(); i++) {
      node.setOutput(i, of(node.getOutput(i)));
    }
    for (AttributeProto.Builder attribute : node.getAttributeBuilderList()) {
      if (attribute.hasG()) {
        attribute.setG(of(attribute.getG()));
      }
      for (int i = 0; i < attribute.getGraphsCount(); i++) {
        attribute.setGraphs(i, of(attribute.getGraphs(i)));
      }
    }
  }
}
