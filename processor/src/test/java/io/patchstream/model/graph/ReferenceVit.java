package io.patchstream.model.graph;

import io.patchstream.model.Checkpoint;
import io.patchstream.model.VisionTransformer;
import io.patchstream.model.VisionTransformer.Activation;
import java.nio.FloatBuffer;

/** A Vision Transformer in plain loops and doubles, one image at its trained grid. */
final class ReferenceVit {

  private final VisionTransformer model;
  private final Checkpoint checkpoint;

  ReferenceVit(Checkpoint checkpoint) {
    this.model = checkpoint.description();
    this.checkpoint = checkpoint;
  }

  /** Logits of [patches][3·P·P]. */
  double[] logits(double[][] patches) {
    double[][] tokens = embed(linear("patch_embedding", patches));
    for (int i = 0; i < model.layers(); i++) {
      String block = "blocks." + i;
      tokens = sum(tokens, attention(block, norm(block + ".attention_norm", tokens)));
      double[][] hidden = linear(block + ".mlp_hidden", norm(block + ".mlp_norm", tokens));
      tokens = sum(tokens, linear(block + ".mlp_output", activate(hidden)));
    }
    return linear("head", norm("norm", tokens))[0];
  }

  private double[][] embed(double[][] patches) {
    int d = model.hiddenSize();
    double[][] tokens = new double[patches.length + 1][d];
    for (int t = 0; t < tokens.length; t++) {
      for (int i = 0; i < d; i++) {
        double token = t == 0 ? weight("class_token").get(i) : patches[t - 1][i];
        tokens[t][i] = token + checkpoint.positions()[t * d + i];
      }
    }
    return tokens;
  }

  private double[][] attention(String block, double[][] x) {
    double[][] query = linear(block + ".query", x);
    double[][] key = linear(block + ".key", x);
    double[][] value = linear(block + ".value", x);
    int size = model.hiddenSize() / model.heads();
    double[][] attended = new double[x.length][model.hiddenSize()];
    for (int start = 0; start < model.hiddenSize(); start += size) {
      for (int q = 0; q < x.length; q++) {
        double[] shares = new double[x.length];
        double total = 0;
        for (int k = 0; k < x.length; k++) {
          double score = 0;
          for (int i = start; i < start + size; i++) {
            score += query[q][i] * key[k][i];
          }
          shares[k] = Math.exp(score / Math.sqrt(size));
          total += shares[k];
        }
        for (int k = 0; k < x.length; k++) {
          for (int i = start; i < start + size; i++) {
            attended[q][i] += shares[k] / total * value[k][i];
          }
        }
      }
    }
    return linear(block + ".attention_output", attended);
  }

  private double[][] activate(double[][] x) {
    for (double[] row : x) {
      for (int i = 0; i < row.length; i++) {
        row[i] = model.activation() == Activation.RELU ? Math.max(row[i], 0) : geluTanh(row[i]);
      }
    }
    return x;
  }

  private static double geluTanh(double x) {
    return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
  }

  private double[][] norm(String name, double[][] x) {
    FloatBuffer scale = weight(name + ".weight");
    FloatBuffer bias = weight(name + ".bias");
    double[][] normed = new double[x.length][x[0].length];
    for (int t = 0; t < x.length; t++) {
      double mean = 0;
      double variance = 0;
      for (double value : x[t]) {
        mean += value / x[t].length;
      }
      for (double value : x[t]) {
        variance += (value - mean) * (value - mean) / x[t].length;
      }
      double deviation = Math.sqrt(variance + model.layerNormEpsilon());
      for (int i = 0; i < x[t].length; i++) {
        normed[t][i] = (x[t][i] - mean) / deviation * scale.get(i) + bias.get(i);
      }
    }
    return normed;
  }

  private double[][] linear(String name, double[][] x) {
    FloatBuffer weight = weight(name + ".weight");
    boolean biased = checkpoint.weights().containsKey(name + ".bias");
    int in = x[0].length;
    int out = weight.remaining() / in;
    double[][] y = new double[x.length][out];
    for (int t = 0; t < x.length; t++) {
      for (int o = 0; o < out; o++) {
        y[t][o] = biased ? weight(name + ".bias").get(o) : 0;
        for (int i = 0; i < in; i++) {
          y[t][o] += x[t][i] * weight.get(o * in + i);
        }
      }
    }
    return y;
  }

  private FloatBuffer weight(String name) {
    return checkpoint.weights().get(name).data().asFloatBuffer();
  }

  private static double[][] sum(double[][] a, double[][] b) {
    for (int t = 0; t < a.length; t++) {
      for (int i = 0; i < a[t].length; i++) {
        a[t][i] += b[t][i];
      }
    }
    return a;
  }
}
