package io.github.pelab.cli.fast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.cli.fast.FastRopeRow.Form;
import java.util.List;
import org.junit.jupiter.api.Test;

class CrossoverTest {
  private static FastRopeRow row(Form form, int tokens, double seconds) {
    return new FastRopeRow(
        form, tokens, 16, form == Form.EXACT ? 0 : 2, 153, seconds, 1000, 0.01, 0.05);
  }

  /** n² · 1e-9 against n · 1e-6: equal at a thousand. */
  @Test
  void isWhereBothTakeAsLong() {
    List<FastRopeRow> rows =
        List.of(
            row(Form.EXACT, 100, 7),
            row(Form.EXACT, 10_000, 0.1),
            row(Form.FEATURE, 100, 7),
            row(Form.FEATURE, 10_000, 0.01));
    assertThat(Crossover.of(rows))
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.tokens()).isCloseTo(1000, within(2.0));
              assertThat(found.of().tokens()).isEqualTo(10_000);
              assertThat(found.measured(rows)).isTrue();
              assertThat(found.measured(rows.subList(0, 2))).isFalse();
              assertThat(new Crossover(50, found.of()).measured(rows)).isFalse();
              assertThat(new Crossover(20_000, found.of()).measured(rows)).isFalse();
            });
  }

  /** n² · 1e-9 against n log 2n · 1e-6. */
  @Test
  void transformsTakeALogarithmMore() {
    List<FastRopeRow> rows =
        List.of(row(Form.EXACT, 10_000, 0.1), row(Form.FOURIER, 10_000, 0.01 * Math.log(20_000)));
    double found = Crossover.of(rows).get(0).tokens();
    assertThat(found).isCloseTo(1000 * Math.log(2 * found), within(0.002 * found));
  }

  @Test
  void withoutExactAttentionThereIsNone() {
    assertThat(Crossover.of(List.of(row(Form.FEATURE, 100, 1)))).isEmpty();
  }

  @Test
  void growthIsThePowerBetweenTheEnds() {
    List<FastRopeRow> rows =
        List.of(
            row(Form.FEATURE, 1000, 5), row(Form.FEATURE, 4096, 1), row(Form.FEATURE, 65_536, 64));
    assertThat(Crossover.growth(rows.get(1), rows, 4096).orElseThrow())
        .isCloseTo(1.5, within(1e-9));
    assertThat(Crossover.growth(rows.get(1), rows, 5000)).isEmpty();
  }
}
