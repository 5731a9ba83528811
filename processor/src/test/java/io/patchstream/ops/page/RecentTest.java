package io.patchstream.ops.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecentTest {

  private final Recent recent = new Recent();

  @Test
  void ofEverythingTheLastAreKeptAndNoMore() {
    for (int i = 0; i < 1_000; i++) {
      long number = recent.nextNumber();
      recent.picture(new Recent.Picture(number, bytes("picture " + number), new float[2]));
      recent.failure(bytes("failure " + number));
      recent.moment(moment(number));
    }

    List<String> events =
        recent.events().stream().map(event -> new String(event, StandardCharsets.UTF_8)).toList();
    assertThat(events).hasSize(2 + Recent.FAILURES + Recent.PICTURES);
    assertThat(events.get(0)).startsWith("event: hello\n");
    assertThat(events.get(1).split("\"time\":")).hasSize(1 + Recent.MOMENTS);
    assertThat(events.get(2)).isEqualTo("failure " + (1_001 - Recent.FAILURES));
    assertThat(events.get(events.size() - 1)).isEqualTo("picture 1000");
    assertThat(recent.pictures().get(0).number()).isEqualTo(1_001 - Recent.PICTURES);
  }

  private static Figures.Moment moment(long time) {
    return new Figures.Moment(time, "RUNNING", 1, 0, null, null, null, null, 0, 1, Map.of());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
