package io.patchstream.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;

/** Which failures have been sent again. */
class ReplayLedgerTest {

  private static final List<String> REASONS = List.of("FETCH_FAILED", "TOO_SLOW", "OTHER");

  @Test
  void allOfThemAreOneOffset() throws Exception {
    ReplayLedger ledger = ReplayLedger.of(null, 3);
    ledger.settle("TOO_SLOW", 3);
    ledger.settle("OTHER", 5);

    assertThat(ledger.toCommit(6)).isEqualTo(new OffsetAndMetadata(6, ""));
  }

  @Test
  void thoseOfOneReasonLeaveTheOthersOpen() throws Exception {
    ReplayLedger ledger = ReplayLedger.of(null, 0);
    ledger.settle("TOO_SLOW", 0);
    ledger.leave("OTHER", 1);
    ledger.settle("TOO_SLOW", 2);
    ledger.settle("TOO_SLOW", 7);
    OffsetAndMetadata committed = ledger.toCommit(9);

    assertThat(committed).isEqualTo(new OffsetAndMetadata(1, "TOO_SLOW:0-8"));
    ReplayLedger again = ReplayLedger.of(committed, 0);
    assertThat(again.from()).isEqualTo(1);
    assertThat(again.isSettled("TOO_SLOW", 7)).isTrue();
    assertThat(again.isSettled("TOO_SLOW", 8)).isFalse();
    assertThat(again.isSettled("OTHER", 1)).isFalse();
  }

  /** Against a set of numbers, over rounds of selections that are cut off anywhere. */
  @Test
  void noneIsSentTwiceAndNoneForgotten() throws Exception {
    Random random = new Random(20261121);
    for (int round = 0; round < 300; round++) {
      int count = 1 + random.nextInt(40);
      List<String> reasons = new ArrayList<>();
      for (int offset = 0; offset < count; offset++) {
        reasons.add(REASONS.get(random.nextInt(REASONS.size())));
      }
      Set<Integer> sent = new HashSet<>();
      OffsetAndMetadata committed = null;
      for (int replay = 0; replay < 12; replay++) {
        int first = random.nextInt(count);
        int last = first + random.nextInt(count);
        String reason = REASONS.get(random.nextInt(REASONS.size()));
        committed =
            replay(
                reasons,
                committed,
                offset -> offset >= first && offset <= last && reasons.get(offset).equals(reason),
                1 + random.nextInt(count),
                sent);
      }
      committed = replay(reasons, committed, offset -> true, count, sent);
      assertThat(sent).hasSize(count);
      assertThat(committed).isEqualTo(new OffsetAndMetadata(count, ""));
    }
  }

  private static OffsetAndMetadata replay(
      List<String> reasons,
      OffsetAndMetadata committed,
      Predicate<Integer> selection,
      int cutOffAt,
      Set<Integer> sent)
      throws Exception {
    ReplayLedger ledger = ReplayLedger.of(committed, 0);
    int end = Math.max((int) ledger.from(), cutOffAt);
    for (int offset = (int) ledger.from(); offset < end; offset++) {
      String reason = reasons.get(offset);
      assertThat(ledger.isSettled(reason, offset)).isEqualTo(sent.contains(offset));
      if (ledger.isSettled(reason, offset)) {
        ledger.settle(reason, offset);
      } else if (selection.test(offset)) {
        ledger.settle(reason, offset);
        sent.add(offset);
      } else {
        ledger.leave(reason, offset);
      }
    }
    return ledger.toCommit(end);
  }

  @Test
  void whatRetentionTookIsForgotten() throws Exception {
    OffsetAndMetadata committed = new OffsetAndMetadata(1, "TOO_SLOW:2-8,10-20");

    ReplayLedger ledger = ReplayLedger.of(committed, 9);

    assertThat(ledger.from()).isEqualTo(9);
    assertThat(ledger.toCommit(9)).isEqualTo(new OffsetAndMetadata(9, "TOO_SLOW:10-20"));
  }

  @Test
  void offsetsOfAnotherProgramAreRefused() {
    assertThatThrownBy(() -> ReplayLedger.of(new OffsetAndMetadata(1, "host-7"), 0))
        .isInstanceOf(StreamFailedException.class)
        .hasMessageContaining("--reset-offsets");
  }

  @Test
  void moreGapsThanKafkaKeepsAreRefused() throws Exception {
    ReplayLedger ledger = ReplayLedger.of(null, 0);
    for (int offset = 0; offset < 2_000; offset += 2) {
      ledger.leave("TOO_SLOW", offset);
      ledger.settle("TOO_SLOW", offset + 1);
    }

    assertThatThrownBy(() -> ledger.toCommit(2_000))
        .isInstanceOf(StreamFailedException.class)
        .hasMessageContaining("wider range");
  }
}
