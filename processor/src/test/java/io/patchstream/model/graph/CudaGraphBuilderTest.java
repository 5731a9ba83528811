package io.patchstream.model.graph;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.patchstream.model.graph.GraphBuilder.Value;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which kernels take sums in; that they give the same, the golden checkpoints show. */
class CudaGraphBuilderTest {

  private static final float EPSILON = 1e-6f;

  private final CudaGraphBuilder graph = new CudaGraphBuilder();
  private final Value x = graph.input("x", 1, 3, 8);
  private final Value y = graph.input("y", 1, 3, 8);
  private final Value bias = graph.input("bias", 8);

  @Test
  void aNormAddsUpWhatALayerAddsAndItsBias() throws Exception {
    Value sum = graph.addResidual(x, graph.addBias(y, bias));
    Value normed = graph.layerNormalization(sum, 8, bias, bias, EPSILON);
    graph.output("normed", normed, 1, 3, 8);
    graph.output("sum", sum, 1, 3, 8);

    NodeProto skip = nodes().get(0);
    assertThat(skip.getInputList()).containsExactly("y", "x", "bias", "bias", "bias");
    assertThat(skip.getOutputList()).containsExactly(normed.name(), "", "", sum.name());
    assertThat(operators()).containsExactly("SkipLayerNormalization", "Identity", "Identity");
  }

  @Test
  void aSumThatIsReadBeforeItsNormIsWritten() throws Exception {
    Value sum = graph.addResidual(x, graph.addBias(y, bias));
    graph.output("first", graph.slice(sum, 1, 0, 1), 1, 1, 8);
    graph.output("normed", graph.layerNormalization(sum, 8, bias, bias, EPSILON), 1, 3, 8);

    assertThat(operators())
        .containsExactly("Add", "Add", "Slice", "Identity", "LayerNormalization", "Identity");
  }

  @Test
  void geluTakesTheBiasIn() throws Exception {
    graph.gelu(graph.addBias(x, bias), false);
    graph.gelu(graph.addBias(x, bias), true);
    graph.gelu(x, false);
    graph.relu(graph.addBias(x, bias));

    assertThat(operators()).containsExactly("BiasGelu", "FastGelu", "Gelu", "Add", "Relu");
  }

  @Test
  void attentionTakesBiasesInWhereAllHaveOne() throws Exception {
    graph.multiHeadAttention(
        graph.addBias(x, bias), graph.addBias(y, bias), graph.addBias(x, bias), 2);
    graph.multiHeadAttention(graph.addBias(x, bias), y, graph.addBias(x, bias), 2);

    assertThat(operators())
        .containsExactly("Concat", "MultiHeadAttention", "Add", "Add", "MultiHeadAttention");
    NodeProto whole = nodes().get(1);
    assertThat(whole.getInputList()).containsExactly("x", "y", "x", nodes().get(0).getOutput(0));
    assertThat(nodes().get(4).getInput(1)).isEqualTo("y");
  }

  private List<String> operators() throws InvalidProtocolBufferException {
    return nodes().stream().map(NodeProto::getOpType).toList();
  }

  private List<NodeProto> nodes() throws InvalidProtocolBufferException {
    return ModelProto.parseFrom(graph.build()).getGraph().getNodeList();
  }
}
