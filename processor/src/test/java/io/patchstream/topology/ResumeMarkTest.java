package io.patchstream.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResumeMarkTest {

  @ParameterizedTest
  @CsvSource({"0,0", "0,1", "5,5", "127,128", "3,900", "1099511627776,1099511627999"})
  void comesBackAsItWas(long resume, long next) {
    ResumeMark mark = new ResumeMark(resume, next);

    assertThat(ResumeMark.fromBytes(mark.toBytes())).isEqualTo(mark);
  }

  @Test
  void takesAFewBytes() {
    assertThat(new ResumeMark(1_000_000, 1_000_040).toBytes()).hasSizeLessThanOrEqualTo(6);
  }

  @Test
  void isEmptyWhenNothingIsUnfinished() {
    assertThat(new ResumeMark(7, 7).isEmpty()).isTrue();
    assertThat(new ResumeMark(7, 8).isEmpty()).isFalse();
  }

  /** What version 0.1 has written lies in changelogs: every later build reads it. */
  @ParameterizedTest
  @CsvSource({
    "010000,0,0",
    "0150d0897a,1000000,1000040",
    "01c603c68380808040,1099511627776,1099511628003"
  })
  void readsWhatEarlierBuildsWrote(String hex, long resume, long next) {
    assertThat(ResumeMark.fromBytes(HexFormat.of().parseHex(hex)))
        .isEqualTo(new ResumeMark(resume, next));
  }

  @Test
  void refusesAnotherVersion() {
    byte[] bytes = new ResumeMark(1, 2).toBytes();
    bytes[0] = 2;

    assertThatThrownBy(() -> ResumeMark.fromBytes(bytes))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("version 2")
        .hasMessageContaining("version 1")
        .hasMessageContaining("patchstream drain");
  }

  @ParameterizedTest
  @CsvSource({"''", "01", "0102", "01ffffffffffffffffffff01", "010401"})
  void refusesDamagedBytes(String hex) {
    assertThatThrownBy(() -> ResumeMark.fromBytes(HexFormat.of().parseHex(hex)))
        .isInstanceOf(SerializationException.class);
  }

  @Test
  void refusesWhatIsNoRun() {
    assertThatThrownBy(() -> new ResumeMark(3, 2)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ResumeMark(-1, 2)).isInstanceOf(IllegalArgumentException.class);
  }
}
