package io.github.pelab.claims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.claims.Claim.Rule;
import io.github.pelab.claims.Statement.Side;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private static final String ACCURACY = "accuracy";
  private static final String TEST = "accuracy(length=32)";
  private static final String DEPOSIT = "deposit";

  private static Finding only(Claim claim, List<EvidenceRow> rows) {
    return Ledger.of(Map.of(claim, rows)).entries().get(0).findings().get(0);
  }

  private static List<EvidenceRow> both(Claim claim, double rope, double alibi, int seeds) {
    List<EvidenceRow> rows =
        Made.rows(claim, "rope", seeds, ACCURACY, seed -> rope + 0.01 * (seed % 3));
    rows.addAll(Made.rows(claim, "alibi", seeds, ACCURACY, seed -> alibi + 0.02 * (seed % 2)));
    return rows;
  }

  /** Of seeds 1 to 6 the differences are those of 0.01, 0.02, 0 …, and 0.02, 0 …, from 0.1. */
  @Test
  void aDifferenceIsOfPairsOfOneSeed() {
    Claim claim = Made.claim("beats", Rule.ALL, Made.beats(0.02));
    Finding found = only(claim, both(claim, 0.9, 0.8, 6));
    assertThat(found.effect().values()).isEqualTo(6);
    assertThat(found.effect().estimate()).isCloseTo(0.1, within(1e-12));
    assertThat(found.each().keySet()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    assertThat(found.each().get(2L)).as("0.92 − 0.8").isCloseTo(0.12, within(1e-12));
    assertThat(found.effect().interval().lower()).isBetween(0.08, 0.1);
    assertThat(found.verdict()).isEqualTo(Verdict.CONFIRMED);
    assertThat(only(claim, both(claim, 0.8, 0.9, 6)).verdict()).isEqualTo(Verdict.REFUTED);
    assertThat(only(claim, both(claim, 0.82, 0.8, 6)).verdict())
        .as("as much as the threshold")
        .isEqualTo(Verdict.UNDECIDED);
  }

  @Test
  void expectedBelowIsTheOtherWayRound() {
    Statement below =
        new Statement(
            "hurts",
            "accuracy",
            Made.scheme("rope"),
            Made.scheme("alibi"),
            null,
            null,
            Side.BELOW,
            0.02);
    Claim claim = Made.claim("hurts", Rule.ALL, below);
    assertThat(only(claim, both(claim, 0.9, 0.8, 6)).verdict()).isEqualTo(Verdict.REFUTED);
    assertThat(only(claim, both(claim, 0.8, 0.8, 6)).verdict()).isEqualTo(Verdict.CONFIRMED);
  }

  @Test
  void twoMetricsOfARunAreTakenFromEachOther() {
    Statement gap =
        new Statement("gap", ACCURACY, Made.scheme("rope"), null, TEST, null, Side.ABOVE, 0.1);
    Claim claim = Made.claim("gap", Rule.ALL, gap);
    List<EvidenceRow> rows = new ArrayList<>();
    for (int seed = 1; seed <= 5; seed++) {
      rows.add(Made.row(claim, "rope", seed, Map.of(ACCURACY, 0.9, TEST, 0.5 + 0.01 * seed)));
    }
    rows.add(Made.row(claim, "rope", 6, Map.of(ACCURACY, 0.9)));
    Finding found = only(claim, rows);
    assertThat(found.effect().values()).as("runs that have both").isEqualTo(5);
    assertThat(found.effect().estimate()).isCloseTo(0.37, within(1e-12));
    assertThat(found.verdict()).isEqualTo(Verdict.CONFIRMED);
  }

  /** A sign test of n values on one side: 2 / 2ⁿ. */
  @Test
  void fiveDifferencesThatAreTheSameAreNoProof() {
    Claim claim = Made.claim("beats", Rule.ALL, Made.beats(0));
    for (int seeds : new int[] {5, 6}) {
      List<EvidenceRow> rows = Made.rows(claim, "rope", seeds, ACCURACY, seed -> 1);
      rows.addAll(Made.rows(claim, "alibi", seeds, ACCURACY, seed -> 0.5));
      assertThat(only(claim, rows).effect().p()).isEqualTo(Math.pow(2, 1 - seeds));
      assertThat(only(claim, rows).verdict())
          .isEqualTo(seeds == 5 ? Verdict.UNDECIDED : Verdict.CONFIRMED);
    }
  }

  @Test
  void sumsOfWhichOnlyRoundingDiffersAreTheSame() {
    Claim claim = Made.claim("beats", Rule.ALL, Made.beats(0.02));
    List<EvidenceRow> rows = Made.rows(claim, "rope", 5, ACCURACY, seed -> 0.9 + 0.007 * seed);
    rows.addAll(Made.rows(claim, "alibi", 5, ACCURACY, seed -> 0.9 + 0.007 * seed - 0.007));
    assertThat(only(claim, rows).effect().p()).isEqualTo(Math.pow(2, -4));
    Claim equal = Made.claim("beats", Rule.ALL, Made.beats(0.007));
    List<EvidenceRow> same = Made.rows(equal, "rope", 5, ACCURACY, seed -> 0.9 + 0.007 * seed);
    same.addAll(Made.rows(equal, "alibi", 5, ACCURACY, seed -> 0.9 + 0.007 * seed - 0.007));
    assertThat(only(equal, same).effect().p()).as("as much as the threshold").isEqualTo(1);
  }

  @Test
  void fewSeedsDecideNothing() {
    Claim claim = Made.claim("beats", Rule.ALL, Made.beats(0));
    Finding four = only(claim, both(claim, 0.9, 0.1, 4));
    assertThat(four.verdict()).isEqualTo(Verdict.UNDECIDED);
    assertThat(four.effect()).isNull();
    assertThat(four.each()).as("what there is").hasSize(4);
    assertThat(four.reason()).isEqualTo("4 runs that say something, of 5");
    List<EvidenceRow> rows = Made.rows(claim, "rope", 9, ACCURACY, seed -> 0.9);
    rows.addAll(Made.rows(claim, "alibi", 5, ACCURACY, seed -> 0.1 + 0.001 * seed));
    assertThat(only(claim, rows).effect().values()).as("pairs").isEqualTo(5);
    assertThat(only(claim, List.of()).verdict()).isEqualTo(Verdict.UNDECIDED);
  }

  @Test
  void aYesOrNoIsAFractionOfTenSeedsAtLeast() {
    Statement most =
        new Statement("most", DEPOSIT, Made.scheme("rope"), null, null, null, Side.ABOVE, 0.5);
    Claim claim = Made.claim("most", Rule.ALL, most);
    Finding found = only(claim, Made.rows(claim, "rope", 12, DEPOSIT, seed -> seed == 1 ? 0 : 1));
    assertThat(found.effect().estimate()).isCloseTo(11.0 / 12, within(1e-12));
    assertThat(found.each().values()).as("no and yes").containsOnly(0.0, 1.0).hasSize(12);
    assertThat(found.effect().p()).as("2 · 13 / 4096").isCloseTo(26.0 / 4096, within(1e-12));
    assertThat(found.verdict()).isEqualTo(Verdict.CONFIRMED);
    assertThat(only(claim, Made.rows(claim, "rope", 12, DEPOSIT, seed -> 0)).verdict())
        .isEqualTo(Verdict.REFUTED);
    assertThat(only(claim, Made.rows(claim, "rope", 12, DEPOSIT, seed -> seed % 2)).verdict())
        .isEqualTo(Verdict.UNDECIDED);
    assertThat(only(claim, Made.rows(claim, "rope", 9, DEPOSIT, seed -> 1)).verdict())
        .isEqualTo(Verdict.UNDECIDED);
  }

  @Test
  void twoMetricsAreCorrelatedOverRuns() {
    Statement goes =
        new Statement(
            "goes", "accuracy", Made.scheme("rope"), null, null, "top-share", Side.ABOVE, null);
    Claim claim = Made.claim("goes", Rule.ALL, goes);
    List<EvidenceRow> together = new ArrayList<>();
    List<EvidenceRow> same = new ArrayList<>();
    for (int seed = 1; seed <= 12; seed++) {
      together.add(
          Made.row(
              claim,
              "rope",
              seed,
              Map.of("accuracy", 0.05 * seed, "top-share", seed / (1.0 + seed))));
      same.add(Made.row(claim, "rope", seed, Map.of("accuracy", 1.0, "top-share", 0.05 * seed)));
    }
    assertThat(only(claim, together).effect().estimate()).isCloseTo(1, within(1e-12));
    assertThat(only(claim, together).verdict()).isEqualTo(Verdict.CONFIRMED);
    assertThat(only(claim, together).each()).isEmpty();
    assertThat(only(claim, same).verdict()).isEqualTo(Verdict.UNDECIDED);
    assertThat(only(claim, same).reason()).isEqualTo("a number is the same in all runs");
  }

  @Test
  void severalRunsOfASeedAreRefused() {
    Claim claim = Made.claim("beats", Rule.ALL, Made.beats(0));
    List<EvidenceRow> rows = both(claim, 0.9, 0.8, 6);
    rows.addAll(Made.rows(claim, "rope", 1, ACCURACY, seed -> 0.5));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Ledger.of(Map.of(claim, rows)))
        .withMessage(
            "beats: statement beats: several rows of seed 1 are of rope; let pe claim --again make them"
                + " anew");
  }

  @Test
  void rulesMakeOneVerdictOfMany() {
    List<Verdict> mixed = List.of(Verdict.CONFIRMED, Verdict.UNDECIDED);
    assertThat(Rule.ALL.of(mixed)).isEqualTo(Verdict.UNDECIDED);
    assertThat(Rule.ANY.of(mixed)).isEqualTo(Verdict.CONFIRMED);
    List<Verdict> opposed = List.of(Verdict.CONFIRMED, Verdict.REFUTED);
    assertThat(Rule.ALL.of(opposed)).isEqualTo(Verdict.REFUTED);
    assertThat(Rule.ANY.of(opposed)).isEqualTo(Verdict.CONFIRMED);
    List<Verdict> none = List.of(Verdict.REFUTED, Verdict.REFUTED);
    assertThat(Rule.ALL.of(none)).isEqualTo(Verdict.REFUTED);
    assertThat(Rule.ANY.of(none)).isEqualTo(Verdict.REFUTED);
    assertThat(Rule.ALL.of(List.of(Verdict.CONFIRMED))).isEqualTo(Verdict.CONFIRMED);
    assertThat(Rule.ANY.of(List.of(Verdict.REFUTED, Verdict.UNDECIDED)))
        .isEqualTo(Verdict.UNDECIDED);
  }

  /** Alone it would be a discovery; among forty claims of chance it is none. */
  @Test
  void verdictsAreAdjustedOverTheWholeLedger() {
    Random random = new Random(6);
    Map<Claim, List<EvidenceRow>> evidence = new LinkedHashMap<>();
    Claim near = Made.claim("near", Rule.ALL, Made.beats(0));
    List<EvidenceRow> rows =
        Made.rows(near, "rope", 6, ACCURACY, seed -> 0.5 + (seed == 1 ? -0.02 : 0.02 * seed));
    rows.addAll(Made.rows(near, "alibi", 6, ACCURACY, seed -> 0.5));
    Finding alone = only(near, rows);
    assertThat(alone.effect().p()).isBetween(0.01, 0.05);
    assertThat(alone.verdict()).isEqualTo(Verdict.CONFIRMED);
    evidence.put(near, rows);
    for (int i = 0; i < 40; i++) {
      Claim claim = Made.claim("chance-" + i, Rule.ALL, Made.beats(0));
      List<EvidenceRow> chance =
          Made.rows(claim, "rope", 6, ACCURACY, seed -> 0.5 + 0.1 * random.nextGaussian());
      chance.addAll(
          Made.rows(claim, "alibi", 6, ACCURACY, seed -> 0.5 + 0.1 * random.nextGaussian()));
      evidence.put(claim, chance);
    }
    Ledger ledger = Ledger.of(evidence);
    assertThat(ledger.entries()).hasSize(41);
    assertThat(ledger.entries())
        .extracting(Ledger.Entry::verdict)
        .as("a family in which nothing is real")
        .containsOnly(Verdict.UNDECIDED);
    assertThat(ledger.entries().get(0).findings().get(0).q()).isGreaterThan(0.05);
  }
}
