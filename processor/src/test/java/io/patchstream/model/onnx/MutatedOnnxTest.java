package io.patchstream.model.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.patchstream.fixtures.OnnxVit;
import io.patchstream.model.Model;
import io.patchstream.model.ModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that went wrong somewhere: each is read, or refused as a model, and nothing else. */
class MutatedOnnxTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  private static final int MUTANTS = 200;

  @TempDir Path folder;

  @Test
  void bytesThatAreOthers() throws Exception {
    byte[] whole = Files.readAllBytes(OnnxVit.GOLDEN.resolve("model.onnx"));
    ModelProto.Builder nodes = ModelProto.parseFrom(whole).toBuilder();
    nodes.getGraphBuilder().clearInitializer();
    int weights = nodes.build().getSerializedSize(); // they lie behind the nodes
    int refused = 0;
    for (int seed = 0; seed < MUTANTS; seed++) {
      Random random = new Random(seed);
      byte[] mutant = whole.clone();
      for (int i = 0; i <= random.nextInt(4); i++) {
        mutant[random.nextInt(weights)] = (byte) random.nextInt();
      }
      refused += refused(mutant, seed);
    }
    assertThat(refused).isBetween(10, MUTANTS - 1);
  }

  @Test
  void nodesThatLackWhatTheirOperatorTakes() throws Exception {
    for (String name : List.of("onnx_vit", "onnx_efficientvit")) {
      ModelProto whole =
          ModelProto.parseFrom(Files.readAllBytes(GOLDEN.resolve(name).resolve("model.onnx")));
      int refused = 0;
      for (int seed = 0; seed < MUTANTS; seed++) {
        ModelProto.Builder mutant = whole.toBuilder();
        Random random = new Random(seed);
        for (int i = 0; i <= random.nextInt(20); i++) {
          GraphProto.Builder graph = mutant.getGraphBuilder();
          // The head is at the end, the patches at the beginning.
          int offset = random.nextInt(Math.min(50, graph.getNodeCount()));
          int node = random.nextBoolean() ? offset : graph.getNodeCount() - 1 - offset;
          mutate(graph.getNodeBuilder(node), random);
        }
        refused += refused(mutant.build().toByteArray(), seed);
      }
      assertThat(refused).isBetween(10, MUTANTS - 1);
    }
  }

  /** Takes something away from a node, or puts something of it elsewhere. */
  private static void mutate(NodeProto.Builder node, Random random) {
    List<FieldDescriptor> lists = new ArrayList<>();
    for (FieldDescriptor field : ((Message.Builder) node).getDescriptorForType().getFields()) {
      if (field.isRepeated() && node.getRepeatedFieldCount(field) > 0) {
        lists.add(field);
      }
    }
    if (lists.isEmpty()) {
      return;
    }
    FieldDescriptor list = lists.get(random.nextInt(lists.size()));
    List<Object> values = new ArrayList<>((List<?>) node.getField(list));
    if (random.nextInt(3) > 0) {
      values.remove(random.nextInt(values.size()));
    } else {
      values.add(values.get(0));
    }
    node.setField(list, values);
  }

  private int refused(byte[] file, int seed) throws Exception {
    Files.write(folder.resolve("model.onnx"), file);
    try (Model model = Model.open(folder)) {
      assertThat(model.graph().protobuf()).isNotEmpty();
      return 0;
    } catch (ModelException e) {
      return 1;
    } catch (RuntimeException | Error e) {
      throw new AssertionError("seed " + seed, e);
    }
  }
}
