package io.patchstream.model.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.patchstream.model.OnnxGraph.ElementType;
import io.patchstream.model.OnnxGraph.Weight;
import io.patchstream.model.graph.GraphBuilder.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One layer, 24 values in and 10 out, beside the same integers in plain loops. */
class Int8LinearTest {

  private static final int IN = 24;
  private static final int OUT = 10;
  private static final int TOKENS = 7;
  private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

  private final Random random = new Random(5);
  private final float[][] weight = random(OUT, IN);
  private final float[] bias = random(1, OUT)[0];
  private final float[][] x = random(TOKENS, IN);

  @ParameterizedTest
  @ValueSource(ints = {8, 7})
  void givesWhatTheSameIntegersGive(int weightBits) throws OrtException {
    weight[3] = new float[IN]; // a channel that is not used
    for (float[] channel : weight) {
      for (int i = 1; i < IN; i += 2) {
        channel[i] = 0; // what is added up in pairs, where there is no VNNI, does not overflow
      }
    }
    float[][] expected = layer(x, (1 << weightBits - 1) - 1);

    float[][] outputs = run(weightBits, true, false);

    for (int t = 0; t < TOKENS; t++) {
      assertThat(outputs[t]).containsExactly(expected[t], within(1e-4f));
      assertThat(outputs[t][3]).isEqualTo(bias[3]);
    }
  }

  @Test
  void aKernelIsAWeightTheOtherWayRound() throws OrtException {
    assertThat(run(8, false, false)).isDeepEqualTo(run(8, true, false));
  }

  @Test
  void aLargeTokenLeavesTheOthersTheirPrecision() throws OrtException {
    float[][] small = new float[TOKENS][];
    for (int t = 0; t < TOKENS; t++) {
      small[t] = x[t].clone();
    }
    for (int i = 0; i < IN; i++) {
      x[2][i] *= 1000;
    }
    x[5] = new float[IN];

    float[][] even = run(8, true, true);
    float[][] uneven = run(8, true, false);

    float[] expected = exact(small[0]);
    assertThat(even[0]).containsExactly(expected, within(0.1f));
    assertThat(Math.abs(uneven[0][0] - expected[0])).isGreaterThan(0.5f);
    assertThat(even[5]).containsExactly(bias);
  }

  /** [tokens][out]. */
  private float[][] run(int weightBits, boolean transposed, boolean evenTokens)
      throws OrtException {
    GraphBuilder graph = new GraphBuilder();
    Int8Linear layer = new Int8Linear(graph, weightBits);
    Value input = graph.input("x", 1, "tokens", IN);
    Weight matrix = transposed ? matrix(weight) : matrix(turned(weight));
    Weight vector = new Weight("bias", ElementType.FLOAT32, new long[] {OUT}, direct(bias));
    Value w = graph.weight(matrix, ElementType.FLOAT32);
    Value b = graph.weight(vector, ElementType.FLOAT32);
    Value output =
        evenTokens
            ? layer.applyToEvenTokens(input, w, transposed, b)
            : layer.apply(input, w, transposed, b);
    graph.output("y", output, 1, "tokens", OUT);
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        OnnxTensor matrixTensor = tensor(matrix);
        OnnxTensor vectorTensor = tensor(vector)) {
      options.addExternalInitializers(Map.of("weight", matrixTensor, "bias", vectorTensor));
      try (OrtSession session = ENVIRONMENT.createSession(graph.build(), options);
          OnnxTensor tokens = OnnxTensor.createTensor(ENVIRONMENT, new float[][][] {x});
          OrtSession.Result result = session.run(Map.of("x", tokens))) {
        return ((float[][][]) result.get(0).getValue())[0];
      }
    }
  }

  /** The layer in integers: x by one scale and zero point, each row of the weight by its own. */
  private float[][] layer(float[][] x, int levels) {
    float least = 0;
    float largest = 0;
    for (float[] token : x) {
      for (float value : token) {
        least = Math.min(least, value);
        largest = Math.max(largest, value);
      }
    }
    float scale = (largest - least) / 255;
    int zeroPoint = Math.round(-least / scale);
    float[][] outputs = new float[x.length][OUT];
    for (int t = 0; t < x.length; t++) {
      for (int o = 0; o < OUT; o++) {
        float channel = 0;
        for (float value : weight[o]) {
          channel = Math.max(channel, Math.abs(value) / levels);
        }
        int sum = 0;
        for (int i = 0; i < IN; i++) {
          int quantised = channel == 0 ? 0 : (int) Math.rint(weight[o][i] / channel);
          int level = (int) Math.rint(x[t][i] / scale) + zeroPoint;
          sum += (Math.max(0, Math.min(255, level)) - zeroPoint) * quantised;
        }
        outputs[t][o] = sum * scale * channel + bias[o];
      }
    }
    return outputs;
  }

  private float[] exact(float[] token) {
    float[] outputs = bias.clone();
    for (int o = 0; o < OUT; o++) {
      for (int i = 0; i < IN; i++) {
        outputs[o] += token[i] * weight[o][i];
      }
    }
    return outputs;
  }

  private float[][] random(int rows, int columns) {
    float[][] values = new float[rows][columns];
    for (float[] row : values) {
      for (int i = 0; i < columns; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return values;
  }

  private static float[][] turned(float[][] matrix) {
    float[][] turned = new float[matrix[0].length][matrix.length];
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < matrix[0].length; j++) {
        turned[j][i] = matrix[i][j];
      }
    }
    return turned;
  }

  private static Weight matrix(float[][] rows) {
    long[] shape = {rows.length, rows[0].length};
    return new Weight("weight", ElementType.FLOAT32, shape, direct(rows));
  }

  private static ByteBuffer direct(float[]... rows) {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(rows.length * rows[0].length * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    FloatBuffer floats = bytes.asFloatBuffer();
    for (float[] row : rows) {
      floats.put(row);
    }
    return bytes;
  }

  private static OnnxTensor tensor(Weight weight) throws OrtException {
    return OnnxTensor.createTensor(ENVIRONMENT, weight.data(), weight.shape(), OnnxJavaType.FLOAT);
  }
}
