package io.github.pelab.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutcomesTest {

  private static final Outcomes BASELINE = Outcomes.of(true, true, true, false);
  private static final Outcomes ONE_LOST = Outcomes.of(false, true, true, false);
  private static final Outcomes TWO_LOST = Outcomes.of(false, false, true, false);

  @Test
  void cannotBeChangedFromOutside() {
    BitSet bits = new BitSet();
    bits.set(1);
    Outcomes outcomes = new Outcomes(3, bits);
    bits.set(0);
    outcomes.right().set(2);

    assertThat(outcomes).isEqualTo(Outcomes.of(false, true, false));
    assertThat(outcomes.correct()).isEqualTo(1);
  }

  @Test
  void thoseOfOtherExamplesCanFollow() {
    assertThat(BASELINE.then(Outcomes.of(false, true)))
        .isEqualTo(Outcomes.of(true, true, true, false, false, true));
    assertThat(Outcomes.of(false).then(Outcomes.of(false))).isEqualTo(Outcomes.of(false, false));
  }

  @Test
  void ranksHeadsByDropAndTiesByIndex() {
    HeadOutcomes heads =
        new HeadOutcomes(0, BASELINE, List.of(BASELINE, ONE_LOST, TWO_LOST, ONE_LOST, TWO_LOST));

    assertThat(heads.ranking()).containsExactly(2, 4, 1, 3, 0);
    assertThat(
            new HeadOutcomes(0, BASELINE, heads.heads(), List.of(9.0, 0.5, 0.5, 0.7, 0.6))
                .ranking())
        .as("but by loss where it is known")
        .containsExactly(4, 2, 3, 1, 0);
  }

  @Test
  void rejectsWhatCannotBeEvidence() {
    assertThatIllegalArgumentException()
        .isThrownBy(Outcomes::of)
        .withMessage("total: 0 examples were evaluated; evaluate at least one");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Outcomes(3, BitSet.valueOf(new long[] {8})))
        .withMessageContaining("names example 3, but only 3 were evaluated");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HeadOutcomes(-1, BASELINE, List.of(BASELINE)))
        .withMessage("layer: -1; layers count from 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HeadOutcomes(2, BASELINE, List.of()))
        .withMessage("heads: layer 2 has none; ablate each of its heads in turn");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HeadOutcomes(0, BASELINE, List.of(BASELINE, Outcomes.of(true))))
        .withMessageStartingWith("heads[1]: 1 outcomes against the baseline's 4");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HeadOutcomes(2, BASELINE, List.of(BASELINE), List.of(0.5, 0.5)))
        .withMessage("losses: layer 2 has 2 of 1 heads; give one for each, or none");
    HeadOutcomes single = new HeadOutcomes(0, BASELINE, List.of(ONE_LOST));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LayerOutcomes(single, Outcomes.of(true), Optional.empty()))
        .withMessageStartingWith("allHeads: 1 outcomes");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LayerOutcomes(single, ONE_LOST, Optional.of(ONE_LOST)))
        .withMessage("topPair: given, but layer 0 has one head; leave it empty");
  }

  @Test
  void encodesEachExampleAsABit() {
    Outcomes outcomes =
        Outcomes.of(true, false, true, false, false, false, false, false, false, true);
    assertThat(java.util.Base64.getDecoder().decode(outcomes.encoded())).containsExactly(5, 2);
  }
}
