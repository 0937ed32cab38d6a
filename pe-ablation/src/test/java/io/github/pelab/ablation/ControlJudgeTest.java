package io.github.pelab.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.ablation.AblationRow.Control;
import io.github.pelab.ablation.AblationRow.Intervention;
import io.github.pelab.train.config.DepositRule;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ControlJudgeTest {
  private static final Intervention MEAN = new Intervention("mean", "best");

  /** 80 of 100 right, so many without the head, and without each random subspace. */
  private static Control row(int baseline, int withoutHead, int... withoutRandom) {
    HeadOutcomes layer =
        new HeadOutcomes(0, right(baseline), List.of(right(baseline), right(withoutHead)));
    List<Outcomes> random = IntStream.of(withoutRandom).mapToObj(ControlJudgeTest::right).toList();
    return new ControlJudge(new Margin(0.1, 1, DepositRule.DEFAULTS))
        .judge(MEAN, List.of(layer), List.of(new ControlOutcomes(0, 1, random)))
        .get(0);
  }

  @Test
  void pIsTheRankAmongRandomSubspaces() {
    assertThat(row(80, 45, 80, 79, 46).p()).isEqualTo(1.0 / 4);
    assertThat(row(80, 45, 80, 79, 45).p()).as("a tie is as much").isEqualTo(2.0 / 4);
    assertThat(row(80, 80, 80, 79, 81).p()).isEqualTo(3.0 / 4);
    assertThat(row(80, 81, 80, 79, 81).p()).isEqualTo(1);
  }

  @Test
  void dropsAreGiven() {
    Control control = row(80, 45, 80, 60);
    assertThat(control.layer()).isZero();
    assertThat(control.head()).isEqualTo(1);
    assertThat(control.drop()).isCloseTo(0.5, within(1e-12));
    assertThat(control.accuracyDrop()).isCloseTo(0.35, within(1e-12));
    assertThat(control.randomAccuracyDrops()).containsExactly(0.0, 0.2);
    assertThat(row(40, 20, 30).drop()).as("not learned").isNull();
  }

  private static Outcomes right(int count) {
    BitSet right = new BitSet();
    right.set(0, count);
    return new Outcomes(100, right);
  }
}
