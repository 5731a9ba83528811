package io.patchstream.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SettingsReferenceTest {

  @Test
  void theCommittedPageIsWhatTheTableSays() throws IOException {
    assertThat(Files.readString(Path.of("SETTINGS.md")))
        .as("processor/SETTINGS.md is out of date: ./patchstream config > processor/SETTINGS.md")
        .isEqualTo(SettingsReference.markdown());
  }

  @Test
  void everySettingHasOneLine() {
    for (String setting : SettingsTable.ROWS.names()) {
      assertThat(SettingsReference.markdown()).containsOnlyOnce("| `" + setting + "` |");
    }
  }
}
