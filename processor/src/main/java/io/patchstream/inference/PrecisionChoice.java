package io.patchstream.inference;

import io.patchstream.image.ImageOptions;
import io.patchstream.model.Model;
import io.patchstream.model.ModelException;
import io.patchstream.model.OnnxGraph;
import io.patchstream.model.PositionTables;
import io.patchstream.model.Precision;
import io.patchstream.model.Target;
import java.util.Locale;
import java.util.Optional;

/** Which precision a model is computed in: the one asked for, or what suits device and model. */
final class PrecisionChoice {

  private static final String AS_PUBLISHED = "as published";

  private final Model model;
  private final ImageOptions images;
  private final EngineOptions options;
  private final RequestedPrecision asked;
  private final Device first;
  private final PositionTables positions; // of all sessions

  PrecisionChoice(Model model, ImageOptions images, EngineOptions options) {
    this.model = model;
    this.images = images;
    this.options = options;
    this.asked = options.compute().precision();
    this.first = options.compute().devices().lanes().get(0);
    this.positions = model.positionTables(options.compute().positionTableBytes());
  }

  /** See {@link ProvenSession#open}. */
  ProvenSession open() throws InferenceException {
    return first.kind() == Device.Kind.CPU ? onCpu(Int8Support.ofThisCpu()) : onGpu();
  }

  private ProvenSession onCpu(Int8Support int8) throws InferenceException {
    return switch (asked) {
      case AUTO -> {
        boolean mayGain = int8 == Int8Support.FAST && graph(Precision.INT8).isPresent();
        yield published(mayGain ? AS_PUBLISHED + "; int8 would be faster" : AS_PUBLISHED);
      }
      case FP32 -> published(AS_PUBLISHED);
      case FP16, BF16 -> throw notHere("GPUs", "a CPU", "auto, fp32 or int8");
      case INT8 ->
          proven(int8 == Int8Support.SATURATING ? Precision.INT8_NARROW : Precision.INT8, int8);
    };
  }

  private ProvenSession onGpu() throws InferenceException {
    return switch (asked) {
      case AUTO -> halfIfItCan();
      case FP32 -> published(AS_PUBLISHED);
      case FP16 -> proven(Precision.FP16, null);
      case BF16 -> proven(Precision.BF16, null);
      case INT8 -> throw notHere("CPUs", "a GPU", "auto, fp16, bf16 or fp32");
    };
  }

  private ProvenSession halfIfItCan() throws InferenceException {
    if (graph(Precision.FP16).isEmpty()) {
      return published(AS_PUBLISHED);
    }
    PrecisionProof proof = proof();
    ModelSession half = session(model, Precision.FP16, first);
    double difference = difference(proof, half);
    if (difference <= PrecisionProof.bound(Precision.FP16)) {
      return result(half, Precision.FP16, Precision.FP16.toString(), within(difference));
    }
    half.close();
    return published("as published; fp16 is %s away from it".formatted(percent(difference)));
  }

  private ProvenSession published(String why) throws InferenceException {
    ModelSession session = session(model, Precision.FP32, first);
    return result(session, Precision.FP32, model.description().precision(), why);
  }

  private ProvenSession proven(Precision precision, Int8Support int8) throws InferenceException {
    if (graph(precision).isEmpty()) {
      throw refusal(
          "%s is %s, which runs as it is: set patchstream.precision=fp32."
              .formatted(model.description().name(), model.description().layout()));
    }
    PrecisionProof proof = proof();
    ModelSession session = session(model, precision, first);
    double difference = difference(proof, session);
    if (difference > PrecisionProof.bound(precision)) {
      session.close();
      throw refusal(
          ("In %s this model is no longer itself: on made-up pictures it is %s away from fp32, where"
                  + " %s are allowed. Set patchstream.precision=fp32.")
              .formatted(precision, percent(difference), percent(PrecisionProof.bound(precision))));
    }
    NativeHeap.trim(); // the weights in float32, which nobody needs any more
    return result(session, precision, precision.toString(), within(difference) + warning(int8));
  }

  private ProvenSession result(ModelSession session, Precision precision, String name, String why) {
    return new ProvenSession(session, name, why, device -> another(precision, device));
  }

  /** What float32 gives, of a session that is closed again. */
  private PrecisionProof proof() throws InferenceException {
    try (ModelSession fp32 = session(model, Precision.FP32, first)) {
      return new PrecisionProof(images, fp32);
    }
  }

  private static double difference(PrecisionProof proof, ModelSession session)
      throws InferenceException {
    try {
      return proof.difference(session);
    } catch (InferenceException | RuntimeException e) {
      session.close();
      throw e;
    }
  }

  private ModelSession another(Precision precision, Device device) throws InferenceException {
    try (Model again = model.reopen()) {
      return session(again, precision, device);
    } catch (ModelException e) {
      throw new InferenceException(InferenceException.Reason.SESSION_FAILED, e.getMessage(), e);
    }
  }

  private ModelSession session(Model opened, Precision precision, Device device)
      throws InferenceException {
    return new ModelSession(
        graph(opened, precision).orElseThrow(),
        positions,
        options.batches().maxSize(),
        device,
        options.compute());
  }

  private Optional<OnnxGraph> graph(Precision precision) {
    return graph(model, precision);
  }

  /** Packed on a GPU, where the model can be had so. */
  private Optional<OnnxGraph> graph(Model opened, Precision precision) {
    return first.kind() == Device.Kind.CPU
        ? opened.graph(precision, Target.CPU)
        : opened
            .graph(precision, Target.CUDA_PACKED)
            .or(() -> opened.graph(precision, Target.CUDA));
  }

  private InferenceException notHere(String itsDevices, String here, String others) {
    return refusal(
        "%s is for %s, and the model runs on %s here: set patchstream.precision to %s."
            .formatted(asked.name().toLowerCase(Locale.ROOT), itsDevices, here, others));
  }

  private static InferenceException refusal(String message) {
    return new InferenceException(InferenceException.Reason.SESSION_FAILED, message, null);
  }

  private static String within(double difference) {
    return "within %s of fp32".formatted(percent(difference));
  }

  private static String percent(double difference) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * difference);
  }

  private static String warning(Int8Support int8) {
    if (int8 == null) {
      return "";
    }
    return switch (int8) {
      case FAST -> "";
      case SLOW -> "; this CPU has no dot products and may gain little";
      case SATURATING -> "; this CPU has no VNNI: weights have 7 bits, and it may gain little";
    };
  }
}
