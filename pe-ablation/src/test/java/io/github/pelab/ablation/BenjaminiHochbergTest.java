package io.github.pelab.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BenjaminiHochbergTest {

  /** The fifteen p of Benjamini and Hochberg (1995), §3.2, of which they reject four at 0.05. */
  private static final double[] PAPER = {
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
    0.6528, 0.7590, 1.000
  };

  @Test
  void rejectsWhatThePaperRejects() {
    double[] q = BenjaminiHochberg.adjust(PAPER);

    assertThat(Arrays.stream(q).filter(value -> value <= 0.05)).hasSize(4);
    assertThat(q[0]).isCloseTo(0.0015, within(1e-12));
    assertThat(q[3]).isCloseTo(0.0095 * 15 / 4, within(1e-12));
    // The sixth takes over the seventh's smaller value: q never falls as p rises.
    assertThat(q[5]).isCloseTo(0.0298 * 15 / 7, within(1e-12));
    assertThat(q).isSorted().endsWith(1.0);
  }

  @Test
  void keepsTheOrderOfItsInput() {
    double[] q = BenjaminiHochberg.adjust(0.04, 0.01, 0.5);

    assertThat(q[0]).isCloseTo(0.06, within(1e-15));
    assertThat(q[1]).isCloseTo(0.03, within(1e-15));
    assertThat(q[2]).isCloseTo(0.5, within(1e-15));
  }

  @Test
  void leavesASingleTestAlone() {
    assertThat(BenjaminiHochberg.adjust(0.03)).containsExactly(0.03);
    assertThat(BenjaminiHochberg.adjust()).isEmpty();
  }

  @Test
  void equalPsShareAQ() {
    assertThat(BenjaminiHochberg.adjust(0.02, 0.02, 0.02)).containsOnly(0.02);
  }

  @Test
  void rejectsWhatIsNoProbability() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BenjaminiHochberg.adjust(0.1, Double.NaN))
        .withMessage("p[1]: NaN; give a probability within 0 to 1");
  }
}
