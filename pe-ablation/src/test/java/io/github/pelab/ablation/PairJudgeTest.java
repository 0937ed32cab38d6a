package io.github.pelab.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.ablation.AblationRow.Intervention;
import io.github.pelab.ablation.AblationRow.Pair;
import io.github.pelab.train.config.DepositRule;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PairJudgeTest {
  private static final Intervention ZERO = new Intervention("zero", "best");
  private static final double CHANCE = 0.1;
  private static final PairJudge JUDGE = new PairJudge(new Margin(CHANCE, 1, DepositRule.DEFAULTS));

  /** 80 of 100 right; what is right without the one, the other, both. */
  private static Pair row(Outcomes one, Outcomes other, Outcomes both) {
    HeadOutcomes layer = new HeadOutcomes(0, right(0, 80), List.of(right(0, 80), one, other));
    return JUDGE.judge(ZERO, List.of(layer), List.of(new PairOutcomes(0, 1, 0, 2, both))).get(0);
  }

  @Test
  void headsThatMakeUpForEachOtherInteract() {
    Pair pair = row(right(0, 80), right(0, 80), right(0, 45));

    assertThat(pair.drop()).isCloseTo(0.5, within(1e-12));
    assertThat(pair.interaction()).isCloseTo(0.5, within(1e-12));
    assertThat(pair.interactionInterval().lower()).isBetween(0.3, 0.5);
    assertThat(pair.interactionInterval().upper()).isBetween(0.5, 0.7);
    assertThat(pair.correct()).isEqualTo(45);
    assertThat(pair.baselineCorrect()).isEqualTo(80);
    assertThat(pair.accuracyDrop()).isCloseTo(0.35, within(1e-12));
    assertThat(pair.accuracyDropInterval().lower()).isBetween(0.2, 0.35);
    assertThat(pair.p()).isCloseTo(2 * Math.pow(0.5, 35), within(1e-20));
    assertThat(pair.right()).isEqualTo(right(0, 45).encoded());
    assertThat(List.of(pair.layer(), pair.head(), pair.otherLayer(), pair.otherHead()))
        .containsExactly(0, 1, 0, 2);
  }

  @Test
  void headsThatDoNotKnowOfEachOtherDoNot() {
    Pair pair = row(right(20, 80), right(0, 70), right(20, 70));

    assertThat(pair.drop()).isCloseTo(30 / 70.0, within(1e-12));
    assertThat(pair.interaction()).isZero();
    assertThat(pair.interactionInterval().lower()).isZero();
    assertThat(pair.interactionInterval().upper()).isZero();
  }

  @Test
  void headsOfWhichOneNeedsTheOtherInteractBelowZero() {
    Pair pair = row(right(30, 80), right(30, 80), right(30, 80));

    assertThat(pair.interaction()).isCloseTo(-30 / 70.0, within(1e-12));
    assertThat(pair.interactionInterval().upper()).isNegative();
  }

  @Test
  void ofAModelThatHasNotLearnedOnlyCountsAreGiven() {
    HeadOutcomes layer = new HeadOutcomes(0, right(0, 40), List.of(right(0, 30), right(0, 40)));
    Pair pair =
        JUDGE
            .judge(ZERO, List.of(layer), List.of(new PairOutcomes(0, 0, 0, 1, right(0, 20))))
            .get(0);

    assertThat(pair.drop()).isNull();
    assertThat(pair.interaction()).isNull();
    assertThat(pair.interactionInterval()).isNull();
    assertThat(pair.accuracyDrop()).isCloseTo(0.2, within(1e-12));
  }

  /** Losses of 0.3 and 0.2 of what is right, and 0.25 more by both together: all independent. */
  @Test
  void theIntervalCoversTheTruthAsOftenAsItSays() {
    SplittableRandom random = new SplittableRandom(7);
    int covered = 0;
    for (int simulation = 0; simulation < 400; simulation++) {
      BitSet[] right = {new BitSet(), new BitSet(), new BitSet(), new BitSet()};
      for (int i = 0; i < 500; i++) {
        boolean whole = random.nextDouble() < 0.8;
        boolean one = random.nextDouble() >= 0.3;
        boolean other = random.nextDouble() >= 0.2;
        boolean both = one && other && random.nextDouble() >= 0.25;
        right[0].set(i, whole);
        right[1].set(i, whole && one);
        right[2].set(i, whole && other);
        right[3].set(i, whole && both);
      }
      HeadOutcomes layer =
          new HeadOutcomes(
              0,
              new Outcomes(500, right[0]),
              List.of(new Outcomes(500, right[1]), new Outcomes(500, right[2])));
      DepositRule rule =
          new DepositRule(null, null, null, null, null, null, null, 399, (long) simulation);
      Pair pair =
          new PairJudge(new Margin(CHANCE, 1, rule))
              .judge(
                  ZERO,
                  List.of(layer),
                  List.of(new PairOutcomes(0, 0, 0, 1, new Outcomes(500, right[3]))))
              .get(0);
      double loss = 1 - 0.7 * 0.8 * 0.75 - 0.3 - 0.2;
      double truth = 0.8 * loss / 0.7;
      covered +=
          pair.interactionInterval().lower() <= truth && truth <= pair.interactionInterval().upper()
              ? 1
              : 0;
    }
    assertThat(covered / 400.0).isBetween(0.91, 0.98);
  }

  @Test
  void aPairIsNamedInOneWay() {
    Outcomes outcomes = right(0, 80);
    for (int[] pair : new int[][] {{0, 2, 0, 1}, {0, 1, 0, 1}, {1, 0, 0, 3}}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new PairOutcomes(pair[0], pair[1], pair[2], pair[3], outcomes))
          .withMessageEndingWith("give the first by layer and head first");
    }
    assertThat(new PairOutcomes(0, 1, 0, 2, outcomes).isOf(0, 2, 1)).isTrue();
    assertThat(new PairOutcomes(0, 1, 1, 2, outcomes).isOf(0, 1, 2)).isFalse();
  }

  /** Of 100 examples, those from the first to before the last are right. */
  private static Outcomes right(int first, int last) {
    BitSet right = new BitSet();
    right.set(first, last);
    return new Outcomes(100, right);
  }
}
