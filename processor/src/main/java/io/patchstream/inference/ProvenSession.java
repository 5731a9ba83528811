package io.patchstream.inference;

import io.patchstream.image.ImageOptions;
import io.patchstream.model.Model;
import io.patchstream.model.ModelException;
import io.patchstream.model.OnnxGraph;
import io.patchstream.model.Precision;
import java.util.Locale;

/**
 * A session in the precision that was asked for; one below float32 has shown that it gives nearly
 * the same.
 *
 * @param session for the caller to close
 * @param precision what it computes in, as records name it
 * @param why it does, in words for a log
 * @param opener opens another like it, once it is closed
 */
record ProvenSession(ModelSession session, String precision, String why, SessionOpener opener) {

  /**
   * Opens it. For the proof a session in float32 is opened first, and closed before the other
   * opens: the weights are never in memory twice.
   *
   * @throws InferenceException if ONNX Runtime refuses the model, or the proof fails; the message
   *     says by how much
   */
  static ProvenSession open(Model model, ImageOptions images, EngineOptions options)
      throws InferenceException {
    Int8Support int8 = Int8Support.ofThisCpu();
    if (options.compute().precision() == RequestedPrecision.INT8) {
      return proven(model, images, options, int8);
    }
    boolean mayGain =
        options.compute().precision() == RequestedPrecision.AUTO
            && int8 == Int8Support.FAST
            && model.graph(Precision.INT8).isPresent();
    return new ProvenSession(
        open(model.graph(), model, options),
        model.description().precision(),
        mayGain ? "as published; int8 would be faster" : "as published",
        device -> reopen(model, Precision.FP32, device, options));
  }

  private static ProvenSession proven(
      Model model, ImageOptions images, EngineOptions options, Int8Support int8)
      throws InferenceException {
    Precision precision = int8 == Int8Support.SATURATING ? Precision.INT8_NARROW : Precision.INT8;
    OnnxGraph reduced = model.graph(precision).orElseThrow(() -> noInt8(model));
    PrecisionProof proof;
    try (ModelSession fp32 = open(model.graph(), model, options)) {
      proof = new PrecisionProof(images, fp32);
    }
    ModelSession session = open(reduced, model, options);
    NativeHeap.trim(); // the weights in float32, which nobody needs any more
    try {
      return new ProvenSession(
          session,
          precision.toString(),
          whyInt8(int8, proof.check(session)),
          device -> reopen(model, precision, device, options));
    } catch (InferenceException | RuntimeException e) {
      session.close();
      throw e;
    }
  }

  private static InferenceException noInt8(Model model) {
    return new InferenceException(
        InferenceException.Reason.SESSION_FAILED,
        "%s is %s, which runs as it is: set patchstream.precision=fp32."
            .formatted(model.description().name(), model.description().layout()),
        null);
  }

  private static String whyInt8(Int8Support int8, double difference) {
    String cpu =
        switch (int8) {
          case FAST -> "";
          case SLOW -> "; this CPU has no dot products and may gain little";
          case SATURATING -> "; this CPU has no VNNI: weights have 7 bits, and it may gain little";
        };
    return String.format(Locale.ROOT, "within %.1f %% of fp32%s", 100 * difference, cpu);
  }

  private static ModelSession reopen(
      Model model, Precision precision, Device device, EngineOptions options)
      throws InferenceException {
    try (Model again = model.reopen()) {
      return open(again.graph(precision).orElseThrow(), again, device, options);
    } catch (ModelException e) {
      throw new InferenceException(InferenceException.Reason.SESSION_FAILED, e.getMessage(), e);
    }
  }

  private static ModelSession open(OnnxGraph graph, Model model, EngineOptions options)
      throws InferenceException {
    return open(graph, model, options.compute().devices().lanes().get(0), options);
  }

  private static ModelSession open(
      OnnxGraph graph, Model model, Device device, EngineOptions options)
      throws InferenceException {
    return new ModelSession(
        graph,
        model.positionTables(options.compute().positionTableBytes()),
        options.batches().maxSize(),
        device,
        options.compute());
  }
}
