package io.github.pelab.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.ablation.SeedFractions.Fraction;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SeedFractionsTest {

  @Test
  void callsAFractionFromTenSeedsOn() {
    SeedFractions nine = SeedFractions.of(Collections.nCopies(9, Verdict.DEPOSIT));
    SeedFractions ten = SeedFractions.of(Collections.nCopies(10, Verdict.DEPOSIT));

    assertThat(nine.fraction(Verdict.DEPOSIT, 0.95)).isEmpty();
    assertThat(nine.count(Verdict.DEPOSIT)).isEqualTo(9);
    Fraction all = ten.fraction(Verdict.DEPOSIT, 0.95).orElseThrow();
    assertThat(all.value()).isEqualTo(1);
    // Wilson with x = n: n / (n + z²).
    assertThat(all.interval().lower()).isCloseTo(10 / (10 + 1.959964 * 1.959964), within(1e-6));
    assertThat(ten.fraction(Verdict.SPREAD, 0.95).orElseThrow().value()).isZero();
  }

  @Test
  void theFractionsOfAllVerdictsSumToOne() {
    SeedFractions fractions =
        new SeedFractions(Map.of(Verdict.DEPOSIT, 7, Verdict.SPREAD, 4, Verdict.NOT_LEARNED, 2));
    double sum = 0;
    for (Verdict verdict : Verdict.values()) {
      sum += fractions.fraction(verdict, 0.95).orElseThrow().value();
    }

    assertThat(fractions.seeds()).isEqualTo(13);
    assertThat(sum).isCloseTo(1, within(1e-12));
  }

  @Test
  void rejectsNegativeCounts() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SeedFractions(Map.of(Verdict.SILENT, -1)))
        .withMessage("counts: -1 seeds with SILENT; give a number from 0 on");
  }
}
