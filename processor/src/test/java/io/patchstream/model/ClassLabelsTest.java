package io.patchstream.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.patchstream.model.huggingface.ToyVit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassLabelsTest {

  private static final List<String> MADE_UP = List.of("LABEL_0", "LABEL_1", "LABEL_2");

  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    ToyVit.SMALL.write(folder);
  }

  @Test
  void theConfigurationSaysFirst() throws Exception {
    Files.writeString(folder.resolve("labels.txt"), "one\ntwo\nthree\n");
    assertThat(labels(List.of("a", "b", "c"))).containsExactly("a", "b", "c");
  }

  @Test
  void whereItSaysNothingLabelsTxtDoes() throws Exception {
    Files.writeString(folder.resolve("labels.txt"), "one\r\n  two words \n\nthrée");
    assertThat(labels(List.of())).containsExactly("one", "two words", "thrée");
    assertThat(labels(MADE_UP)).containsExactly("one", "two words", "thrée");
  }

  @Test
  void orElseTheyAreNumbered() throws Exception {
    assertThat(labels(List.of())).isEqualTo(MADE_UP);
  }

  @Test
  void asManyAsTheHeadHas() throws Exception {
    refused(
        List.of("a", "b"), "config.json: id2label: it names 2 classes, but the model's head has");
    Files.writeString(folder.resolve("labels.txt"), "one\ntwo\nthree\nfour");
    refused(List.of(), "labels.txt: it names 4 classes, but the model's head has 3");
  }

  @Test
  void inUtf8() throws Exception {
    Files.write(folder.resolve("labels.txt"), new byte[] {'m', (byte) 0xfc, 'c', 'k', 'e'});
    refused(List.of(), "labels.txt: not UTF-8");
  }

  private List<String> labels(List<String> configured) throws Exception {
    try (ModelFolder opened = ModelFolder.open(folder)) {
      return ClassLabels.of(opened, "id2label", configured, 3);
    }
  }

  private void refused(List<String> configured, String complaint) {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> labels(configured))
        .withMessageContaining(complaint);
  }
}
