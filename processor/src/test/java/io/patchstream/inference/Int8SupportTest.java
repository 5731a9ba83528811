package io.patchstream.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Int8SupportTest {

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "amd64, flags\t\t: fpu avx2 avx512f avx512bw avx512_vnni umip, FAST",
    "amd64, flags\t\t: fpu avx2 avx_vnni, FAST",
    "amd64, flags\t\t: fpu avx2 avx512f avx512bw, SATURATING",
    "amd64, bugs\t\t: avx512_vnni, SATURATING",
    "aarch64, Features\t: fp asimd asimdrdm asimddp sve, FAST",
    "aarch64, Features\t: fp asimd evtstrm aes, SLOW",
  })
  void isWhatLinuxSaysOfTheCpu(String arch, String line, Int8Support expected) throws IOException {
    Path cpuinfo =
        Files.writeString(
            folder.resolve("cpuinfo"), "processor\t: 0\n" + line + "\nbogomips\t: 1\n");

    assertThat(Int8Support.of("Linux", arch, cpuinfo)).isEqualTo(expected);
  }

  @Test
  void isTheLesserWhereNothingSaysSo() {
    Path none = folder.resolve("none");

    assertThat(Int8Support.of("Windows 11", "amd64", none)).isEqualTo(Int8Support.SATURATING);
    assertThat(Int8Support.of("Mac OS X", "x86_64", none)).isEqualTo(Int8Support.SATURATING);
    assertThat(Int8Support.of("Mac OS X", "aarch64", none)).isEqualTo(Int8Support.FAST);
    assertThat(Int8Support.of("Windows 11", "aarch64", none)).isEqualTo(Int8Support.SLOW);
  }
}
