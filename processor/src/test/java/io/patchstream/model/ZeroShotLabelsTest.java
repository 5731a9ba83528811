package io.patchstream.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.patchstream.fixtures.GoldenCopy;
import io.patchstream.model.VisionTransformer.OutputActivation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the labels do to logits is for the golden checkpoints; here what they must be. */
class ZeroShotLabelsTest {

  private static final String LABELS = "labels.safetensors";
  private static final String MODEL = "model.safetensors";

  @TempDir Path folder;

  @Test
  void clipGivesSoftmaxAndSiglipSigmoid() throws ModelException {
    assertThat(model("hf_clip").activation()).isEqualTo(OutputActivation.SOFTMAX);
    assertThat(model("hf_siglip").activation()).isEqualTo(OutputActivation.SIGMOID);
    assertThat(model("hf_clip").labels()).hasSize(10).startsWith("label_0", "label_1");
  }

  @Test
  void theLabelsArePartOfTheRevision() throws IOException, ModelException {
    GoldenCopy copy = GoldenCopy.of("hf_clip", folder);
    String before = revision();
    float[] texts = new float[10 * 32];
    Arrays.fill(texts, 1);
    copy.add(LABELS, "text_embeds", texts, 10, 32);
    String after = revision();
    Files.delete(folder.resolve(LABELS));
    assertThat(revision()).isNotIn(before, after);
    assertThat(after).isNotEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "none                | the names of the classes are missing: save it with the metadata entry",
        "no JSON             | the metadata entry \"labels\" is not a JSON array of strings",
        "{}                  | the metadata entry \"labels\" is not a JSON array of strings",
        "[\"a\", \"b\"]  | text_embeds has the shape [10, 32] instead of [2, 32]",
        "[\"a\", \"a\"]  | these labels stand for more than one class: [a]",
        "[]                  | there is no class in it",
      })
  void refusesNamesThatDoNotFit(String names, String complaint) throws IOException {
    GoldenCopy.of("hf_clip", folder).metadata(LABELS, "labels", names);
    refused(LABELS, complaint);
  }

  @Test
  void refusesEmbeddingsOfAnotherModel() throws IOException {
    GoldenCopy.of("hf_clip", folder).add(LABELS, "text_embeds", new float[10 * 48], 10, 48);
    refused(LABELS, "text_embeds has the shape [10, 48] instead of [10, 32]");
  }

  @Test
  void refusesATextWithoutADirection() throws IOException {
    float[] texts = new float[10 * 32];
    Arrays.fill(texts, 0, 3 * 32, 1);
    GoldenCopy.of("hf_clip", folder).add(LABELS, "text_embeds", texts, 10, 32);
    refused(LABELS, "\"text_embeds\" is zero or not finite at the label \"label_3\"");
  }

  @Test
  void takesScaleAndBiasOfTheLabelsWhereATowerWasSavedByItself()
      throws IOException, ModelException {
    GoldenCopy copy = GoldenCopy.of("hf_siglip", folder);
    copy.rewrite(MODEL, name -> name.startsWith("vision_model."));
    refused(LABELS, "was saved without \"logit_scale\": add it, as the whole model has it");

    copy.add(LABELS, "logit_scale", new float[] {4.7f}, 1);
    refused(LABELS, "was saved without \"logit_bias\"");

    copy.add(LABELS, "logit_bias", new float[] {-12.9f}, 1);
    assertThat(open().labels()).hasSize(10);

    copy.add(LABELS, "logit_bias", new float[] {Float.NaN}, 1);
    refused(LABELS, "\"logit_bias\" is not one finite number");
  }

  @Test
  void refusesThemBesideAModelThatHasAHead() throws IOException {
    GoldenCopy.of("hf_clip", folder);
    GoldenCopy.of("hf_vit", folder);
    refused(LABELS, "this model is none, or has a head of its own: take the file out");
  }

  private void refused(String... complaints) {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(this::open)
        .satisfies(refusal -> assertThat(refusal.getMessage()).contains(complaints));
  }

  private ModelDescription open() throws ModelException {
    try (Model model = Model.open(folder)) {
      return model.description();
    }
  }

  private String revision() throws ModelException {
    try (Model model = Model.open(folder)) {
      return model.revision();
    }
  }

  private static ModelDescription model(String golden) throws ModelException {
    try (Model model = Model.open(GoldenCopy.GOLDEN.resolve(golden))) {
      return model.description();
    }
  }
}
