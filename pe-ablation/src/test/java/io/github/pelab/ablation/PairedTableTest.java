package io.github.pelab.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.ablation.AblationRow.Interval;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairedTableTest {

  @Test
  void countsTheFourKindsOfExamples() {
    Outcomes whole = Outcomes.of(true, true, true, false, false, true);
    Outcomes ablated = Outcomes.of(true, false, false, true, false, true);

    PairedTable table = PairedTable.of(whole, ablated);

    assertThat(table).isEqualTo(new PairedTable(2, 2, 1, 1));
    assertThat(table.difference()).isEqualTo(1.0 / 6);
  }

  /** p by hand: twice the smaller tail of a fair coin, 2 Σ C(n, k) / 2ⁿ. */
  @ParameterizedTest
  @CsvSource({
    "10, 2, 0.03857421875", // 2 (1 + 12 + 66) / 4096
    "2, 10, 0.03857421875",
    "7, 1, 0.0703125", // 2 (1 + 8) / 256
    "5, 0, 0.0625", // 2 / 32
    "1, 0, 1",
    "3, 3, 1",
    "0, 0, 1"
  })
  void mcNemarIsExact(int lost, int gained, double p) {
    assertThat(new PairedTable(20, lost, gained, 9).mcNemarP()).isCloseTo(p, within(1e-12));
  }

  @Test
  void mcNemarDoesNotDependOnConcordantExamples() {
    assertThat(new PairedTable(0, 10, 2, 0).mcNemarP())
        .isEqualTo(new PairedTable(9000, 10, 2, 1000).mcNemarP());
  }

  /**
   * The tables are worked examples: Altman et al. (2000), <em>Statistics with Confidence</em>,
   * table 6.2; Fagerland et al. (2017), <em>Statistical Analysis of Contingency Tables</em>, ch. 8:
   * airway hyper-responsiveness (Bentur 2009) and complete response (Cavo 2012). The limits of the
   * last are those of the book's own R package, contingencytables; the others come from the
   * formula, evaluated apart from this code. Without the continuity correction the last would be
   * −0.1174 to −0.0059.
   */
  @ParameterizedTest
  @CsvSource({
    "14, 5, 0, 22, 0.011, 0.226, 0.0005",
    "1, 7, 1, 12, 0.0256, 0.5069, 0.00005",
    "59, 6, 16, 80, -0.1186, -0.0046, 0.00005"
  })
  void newcombeGivesTheIntervalsOfWorkedExamples(
      int both, int lost, int gained, int neither, double lower, double upper, double rounding) {
    Interval interval = new PairedTable(both, lost, gained, neither).newcombe(0.95);

    assertThat(interval.lower()).isCloseTo(lower, within(rounding));
    assertThat(interval.upper()).isCloseTo(upper, within(rounding));
  }

  @Test
  void newcombeHasWidthWhereNothingIsDiscordant() {
    Interval interval = new PairedTable(54, 0, 0, 0).newcombe(0.95);

    assertThat(interval.lower()).isCloseTo(-0.0664, within(0.00005));
    assertThat(interval.upper()).isCloseTo(0.0664, within(0.00005));
  }

  @Test
  void newcombeMirrorsWhenTheTwoEvaluationsAreSwapped() {
    Interval interval = new PairedTable(36, 12, 2, 5).newcombe(0.9);
    Interval swapped = new PairedTable(36, 2, 12, 5).newcombe(0.9);

    assertThat(swapped.lower()).isCloseTo(-interval.upper(), within(1e-15));
    assertThat(swapped.upper()).isCloseTo(-interval.lower(), within(1e-15));
  }

  @Test
  void newcombeEnclosesTheDifferenceInEverySmallTable() {
    for (int both = 0; both <= 4; both++) {
      for (int lost = 0; lost <= 4; lost++) {
        for (int gained = 0; gained <= 4; gained++) {
          for (int neither = both + lost + gained == 0 ? 1 : 0; neither <= 4; neither++) {
            PairedTable table = new PairedTable(both, lost, gained, neither);
            Interval interval = table.newcombe(0.95);
            assertThat(interval.lower()).isBetween(-1.0, table.difference());
            assertThat(interval.upper()).isBetween(table.difference(), 1.0);
          }
        }
      }
    }
  }

  /**
   * 2000 tables of each kind; an interval of 90 % must be seen to cover less. Newcombe's own
   * simulations find his method 10 between 0.94 and 0.98 at 0.95.
   */
  @ParameterizedTest
  @CsvSource({"200, 0.70, 0.10, 0.10", "200, 0.50, 0.30, 0.03", "400, 0.90, 0.03, 0.03"})
  void newcombeCoversTheTruthAsOftenAsItSays(int n, double both, double lost, double gained) {
    SplittableRandom random = new SplittableRandom(31);
    int covered = 0;
    int coveredByNarrower = 0;
    for (int simulation = 0; simulation < 2000; simulation++) {
      int[] counts = new int[4];
      for (int i = 0; i < n; i++) {
        double drawn = random.nextDouble();
        counts[drawn < both ? 0 : drawn < both + lost ? 1 : drawn < both + lost + gained ? 2 : 3]++;
      }
      PairedTable table = new PairedTable(counts[0], counts[1], counts[2], counts[3]);
      covered += covers(table.newcombe(0.95), lost - gained);
      coveredByNarrower += covers(table.newcombe(0.9), lost - gained);
    }

    assertThat(covered / 2000.0).isBetween(0.935, 0.98);
    assertThat(coveredByNarrower / 2000.0).isLessThan(0.935);
  }

  private static int covers(Interval interval, double truth) {
    return interval.lower() <= truth && truth <= interval.upper() ? 1 : 0;
  }

  /** Newcombe (1998), <em>Statistics in Medicine</em> 17, 857–872, table I, method 3. */
  @ParameterizedTest
  @CsvSource({
    "81, 263, 0.2553, 0.3662",
    "15, 148, 0.0624, 0.1605",
    "0, 20, 0.0000, 0.1611",
    "1, 29, 0.0061, 0.1718"
  })
  void wilsonGivesThePublishedIntervals(int successes, int trials, double lower, double upper) {
    Interval interval = PairedTable.wilson(successes, trials, 0.95);

    assertThat(interval.lower()).isCloseTo(lower, within(0.00005));
    assertThat(interval.upper()).isCloseTo(upper, within(0.00005));
  }

  @Test
  void rejectsEmptyAndUnpairedData() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PairedTable(0, 0, 0, 0))
        .withMessageContaining("not all of them 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PairedTable(3, -1, 0, 0))
        .withMessageContaining("3, -1, 0, 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PairedTable.of(Outcomes.of(true, true), Outcomes.of(true)))
        .withMessageContaining("1 outcomes against the baseline's 2");
  }
}
