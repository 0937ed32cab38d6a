package io.github.pelab.ablation.regression;

import static io.github.pelab.ablation.regression.Made.ELSEWHERE;
import static io.github.pelab.ablation.regression.Made.HERE;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pelab.ablation.Verdict;
import io.github.pelab.ablation.regression.Finding.Kind;
import io.github.pelab.ablation.regression.Night.Failure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GateTest {
  private static final double[] LEARNED = {1, 1, 0.999, 1, 0.998, 1, 1, 0.999};
  private static final List<Measurement> WAS = Made.seeds("rope", HERE, LEARNED);
  private static final Baseline BASELINE = Made.baseline(WAS);

  private static Judgement judge(List<Measurement> now, Baseline baseline, Night... history) {
    return Gate.judge(
        GateRule.defaults(), Made.night(100, now), Optional.ofNullable(baseline), List.of(history));
  }

  private static GateVerdict overall(Judgement judgement) {
    return judgement.night().verdict();
  }

  private static List<GateVerdict> verdicts(Judgement judgement, Kind kind) {
    return judgement.findings().stream()
        .filter(each -> each.kind() == kind)
        .map(Finding::verdict)
        .distinct()
        .toList();
  }

  private static Finding first(Judgement judgement, Kind kind) {
    return judgement.findings().stream()
        .filter(each -> each.kind() == kind)
        .findFirst()
        .orElseThrow();
  }

  private static double[] less(double by) {
    return Arrays.stream(LEARNED).map(accuracy -> accuracy - by).toArray();
  }

  @Test
  void theSameBitsPass() {
    Judgement judgement = judge(WAS, BASELINE);
    assertThat(overall(judgement)).isEqualTo(GateVerdict.PASS);
    assertThat(judgement.night().regressions()).isEmpty();
    assertThat(verdicts(judgement, Kind.DRIFT)).containsExactly(GateVerdict.PASS);
    assertThat(first(judgement, Kind.ACCURACY).reason()).isEqualTo("equal to the bit");
    assertThat(first(judgement, Kind.TREND).reason()).isEqualTo("equal to the bit");
  }

  @Test
  void anyDifferenceOnAnEqualFingerprintIsRedAndNamed() {
    Measurement was = WAS.get(0);
    List<Measurement.Layer> otherCount =
        List.of(new Measurement.Layer(Verdict.DEPOSIT, List.of(1000L, 499L)));
    List<Measurement.Layer> otherVerdict =
        List.of(new Measurement.Layer(Verdict.SPREAD, was.layers().get(0).right()));
    assertDrift(
        Made.with(was, was.loss(), Digest.of("others"), was.layers()),
        "first the trained parameters differ (accuracy 1.0000, now 1.0000; loss 0.100000, now 0.100000)");
    assertDrift(
        Made.with(was, Math.nextUp(was.loss()), was.parameters(), otherCount),
        "first the test differs: accuracy 1.0000, now 1.0000; loss 0.09999999999999998, now 0.09999999999999999");
    assertDrift(
        Made.with(was, was.loss(), was.parameters(), otherCount),
        "first the ablation of layer 0, head 1 differs: 500 right, now 499");
    assertDrift(
        Made.with(was, was.loss(), was.parameters(), otherVerdict),
        "first the verdict on layer 0: DEPOSIT, now SPREAD");
    assertDrift(
        Made.with(
            was, was.loss(), was.parameters(), was.layers(), List.of(0.2500001, 0.75), List.of()),
        "first of all the untrained network's probabilities differ");
  }

  private static void assertDrift(Measurement other, String first) {
    List<Measurement> now = new ArrayList<>(WAS);
    now.set(0, other);
    Judgement judgement = judge(now, BASELINE);
    assertThat(overall(judgement)).isEqualTo(GateVerdict.REGRESSION);
    assertThat(judgement.night().regressions()).containsExactly("rope-seed1/drift");
    assertThat(first(judgement, Kind.DRIFT).numbers()).isEqualTo(first);
  }

  @Test
  void onAnotherMachineSeedsAndProbesDecideAndSaySo() {
    Judgement judgement = judge(Made.seeds("rope", ELSEWHERE, less(0.001)), BASELINE);
    assertThat(overall(judgement)).isEqualTo(GateVerdict.PASS);
    assertThat(verdicts(judgement, Kind.DRIFT)).containsExactly(GateVerdict.NO_VERDICT);
    assertThat(first(judgement, Kind.DRIFT).reason())
        .contains("neither baseline nor history has it with fingerprint " + ELSEWHERE)
        .contains("only the probe and the tests over the seeds apply");
    assertThat(first(judgement, Kind.ACCURACY).reason()).contains("q 0.");
  }

  @Test
  void onAnotherMachineADropThatMattersIsRed() {
    Judgement judgement = judge(Made.seeds("rope", ELSEWHERE, less(0.05)), BASELINE);
    assertThat(overall(judgement)).isEqualTo(GateVerdict.REGRESSION);
    assertThat(judgement.night().regressions()).contains("rope/accuracy");
    Judgement tooSmallToMatter = judge(Made.seeds("rope", ELSEWHERE, less(0.01)), BASELINE);
    assertThat(overall(tooSmallToMatter)).isEqualTo(GateVerdict.PASS);
  }

  @Test
  void aRiseIsRedToo() {
    Baseline chance = Made.baseline(Made.seeds("nope", HERE, less(0.75)));
    Judgement judgement = judge(Made.seeds("nope", ELSEWHERE, less(0.5)), chance);
    assertThat(judgement.night().regressions()).contains("nope/accuracy");
  }

  @Test
  void otherVerdictsHeadsAndLossesAreRedOnAnotherMachine() {
    List<Measurement> now =
        Made.changed(
            Made.seeds("rope", ELSEWHERE, LEARNED),
            each ->
                Made.with(
                    each,
                    3 * each.loss(),
                    each.parameters(),
                    List.of(new Measurement.Layer(Verdict.SILENT, List.of(900L, 900L)))));
    assertThat(judge(now, BASELINE).night().regressions())
        .containsExactlyInAnyOrder("rope/loss", "rope/heads", "rope/verdicts");
  }

  @Test
  void tooFewSeedsAreNoVerdictUnlessTheyAreEqual() {
    Baseline three = Made.baseline(Made.seeds("rope", HERE, 1, 0.99, 1));
    Judgement other = judge(Made.seeds("rope", ELSEWHERE, 0.5, 0.5, 0.5), three);
    assertThat(overall(other)).isEqualTo(GateVerdict.NO_VERDICT);
    assertThat(first(other, Kind.ACCURACY).reason()).contains("too few seeds", "0.40, above 0.01");
    Judgement equal = judge(Made.seeds("rope", HERE, 1, 0.99, 1), three);
    assertThat(overall(equal)).isEqualTo(GateVerdict.PASS);
  }

  @Test
  void withoutABaselineThereIsNoVerdict() {
    Judgement judgement = judge(WAS, null, Made.night(1, WAS));
    assertThat(overall(judgement)).isEqualTo(GateVerdict.NO_VERDICT);
    assertThat(verdicts(judgement, Kind.DRIFT))
        .as("the night before")
        .containsExactly(GateVerdict.PASS);
    assertThat(verdicts(judgement, Kind.MEMBERS)).containsExactly(GateVerdict.NO_VERDICT);
  }

  @Test
  void anotherConfigIsAnotherMember() {
    Judgement more =
        judge(Made.seeds("rope", HERE, 1, 1, 0.999, 1, 0.998, 1, 1, 0.999, 1), BASELINE);
    assertThat(overall(more)).isEqualTo(GateVerdict.NO_VERDICT);
    assertThat(first(more, Kind.MEMBERS).reason()).startsWith("rope-seed9 is not in the baseline");
    Judgement fewer = judge(WAS.subList(0, 7), BASELINE);
    assertThat(first(fewer, Kind.MEMBERS).reason())
        .startsWith("rope-seed8 is in the baseline only");
  }

  @Test
  void onAMachineOfItsOwnDriftIsFromTheLatestGoodNightOfTheSameBaseline() {
    List<Measurement> here = Made.seeds("rope", ELSEWHERE, LEARNED);
    Night good = judge(here, BASELINE).night();
    assertThat(verdicts(judge(here, BASELINE, good), Kind.DRIFT)).containsExactly(GateVerdict.PASS);

    List<Measurement> drifted =
        Made.changed(here, each -> Made.with(each, each.loss(), Digest.of("x"), each.layers()));
    Judgement red = judge(drifted, BASELINE, good);
    assertThat(verdicts(red, Kind.DRIFT)).containsExactly(GateVerdict.REGRESSION);
    assertThat(verdicts(judge(drifted, BASELINE, good, red.night()), Kind.DRIFT))
        .as("a night that was red is no reference")
        .containsExactly(GateVerdict.REGRESSION);
    Baseline accepted = Made.baseline(Made.seeds("rope", HERE, less(0.001)));
    assertThat(verdicts(judge(drifted, accepted, good, red.night()), Kind.DRIFT))
        .as("nor is what was judged by another baseline")
        .containsExactly(GateVerdict.NO_VERDICT);
  }

  @Test
  void aProbeIsRedBeyondRoundingOnAnyMachine() {
    for (double factor : new double[] {1 + 2e-5, 1 + 2e-4}) {
      List<Measurement> now =
          Made.changed(
              Made.seeds("rope", ELSEWHERE, LEARNED),
              each ->
                  Made.with(
                      each,
                      each.loss(),
                      each.parameters(),
                      each.layers(),
                      List.of(0.25 * factor, 0.75),
                      List.of()));
      assertThat(verdicts(judge(now, BASELINE), Kind.PROBE))
          .containsExactly(factor < 1 + 1e-4 ? GateVerdict.PASS : GateVerdict.REGRESSION);
    }
    Measurement was = WAS.get(0);
    assertThat(
            Gate.probesApart(
                was, Made.with(was, 1, was.parameters(), was.layers(), List.of(0.25), List.of())))
        .isInfinite();
  }

  @Test
  void aMemberThatFailsOrContradictsItselfIsRedWithItsMessage() {
    Failure failure =
        new Failure("rope-seed9", "rope", WAS.get(0).configurationHash(), "loss is NaN");
    Judgement judgement =
        Gate.judge(
            GateRule.defaults(), Made.night(1, List.of(), failure), Optional.empty(), List.of());
    assertThat(overall(judgement)).isEqualTo(GateVerdict.REGRESSION);
    assertThat(first(judgement, Kind.SELF_CHECK).reason()).isEqualTo("failed: loss is NaN");

    List<Measurement> now = new ArrayList<>(WAS);
    Measurement was = WAS.get(3);
    now.set(
        3,
        Made.with(
            was, was.loss(), was.parameters(), was.layers(), was.probe(), List.of("heads leak")));
    assertThat(judge(now, BASELINE).night().regressions()).containsExactly("rope-seed4/self-check");
  }

  /** Each night is accepted, and from each to the next the drop is too small to matter. */
  @Test
  void aCreepOverAcceptedNightsIsRedOnceItMatters() {
    List<Night> history = new ArrayList<>();
    List<Measurement> last = WAS;
    Baseline accepted = BASELINE;
    List<GateVerdict> trends = new ArrayList<>();
    for (int night = 1; night <= 6; night++) {
      last = Made.seeds("rope", HERE, less(0.006 * night));
      Judgement judgement =
          Gate.judge(GateRule.defaults(), Made.night(night, last), Optional.of(accepted), history);
      assertThat(verdicts(judgement, Kind.ACCURACY)).containsExactly(GateVerdict.PASS);
      trends.addAll(verdicts(judgement, Kind.TREND));
      history.add(judgement.night());
      accepted = Baseline.of(judgement.night(), Optional.of(accepted), Made.time(night));
    }
    assertThat(trends)
        .startsWith(GateVerdict.NO_VERDICT, GateVerdict.NO_VERDICT)
        .contains(GateVerdict.REGRESSION);
    assertThat(accepted.trendSince()).as("who accepts a trend knows of it").isNotNull();
    Judgement after =
        Gate.judge(GateRule.defaults(), Made.night(7, last), Optional.of(accepted), history);
    assertThat(overall(after)).isEqualTo(GateVerdict.PASS);
  }
}
