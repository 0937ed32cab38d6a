package io.github.pelab.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.ablation.AblationRow.Head;
import io.github.pelab.ablation.AblationRow.Intervention;
import io.github.pelab.ablation.AblationRow.Layer;
import io.github.pelab.train.config.DepositRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LayerJudgeTest {

  private static final Intervention MEAN = new Intervention("mean", "best");
  private static final double CHANCE = 0.1;
  private static final double CEILING = 1;
  private static final double[] ONE_HEAD = {0.01, 0.02, 0.5, 0, 0.01, 0.02, 0, 0.01};
  private static final double[] NO_HEAD = new double[8];
  private static final double[] EVERY_HEAD = {0.12, 0.11, 0.09, 0.12, 0.1, 0.13, 0.11, 0.1};

  private final LayerJudge judge = new LayerJudge(DepositRule.DEFAULTS);

  @Test
  void aPlantedDepositFires() {
    Layer layer = verdict(1000, ONE_HEAD, 0.6);

    assertThat(layer.verdict()).as(layer.reason()).isEqualTo(Verdict.DEPOSIT);
    assertThat(layer.topHead()).isEqualTo(2);
    assertThat(layer.topDrop()).isCloseTo(0.5 * 0.8 / 0.7, within(0.08));
    assertThat(layer.effectiveHeads()).isBetween(1.0, 2.0);
    assertThat(layer.reason()).startsWith("head 2: δ₁ 0.");
  }

  @Test
  void plantedSpreadIsSpread() {
    Layer layer = verdict(1000, EVERY_HEAD, 0.7);

    assertThat(layer.verdict()).as(layer.reason()).isEqualTo(Verdict.SPREAD);
    assertThat(layer.effectiveHeads()).isBetween(6.0, 8.0);
  }

  @Test
  void plantedRedundancyIsRedundant() {
    Layer layer = verdict(1000, NO_HEAD, 0.7);

    assertThat(layer.verdict()).as(layer.reason()).isEqualTo(Verdict.REDUNDANT);
  }

  @Test
  void anIdleLayerIsSilent() {
    Layer layer = verdict(1000, NO_HEAD, 0);

    assertThat(layer.verdict()).as(layer.reason()).isEqualTo(Verdict.SILENT);
  }

  @Test
  void nothingIsSaidOfAnUntrainedModel() {
    // Judged against a chance just below its accuracy, the same table that is a deposit above.
    SplittableRandom random = new SplittableRandom(3);
    LayerOutcomes test = Planted.layer(0, 1000, ONE_HEAD, 0.6, random);
    HeadOutcomes validation = Planted.heads(0, 1000, ONE_HEAD, true, random);

    Layer layer =
        layers(judge.judge(MEAN, 0.7, CEILING, List.of(validation), List.of(test))).get(0);

    assertThat(layer.verdict()).isEqualTo(Verdict.NOT_LEARNED);
    assertThat(layer.topHead()).isEqualTo(-1);
    assertThat(layer.share()).isNull();
    assertThat(layer.allHeadsDrop()).isNull();
  }

  @Test
  void atOrBelowChanceNoDropIsDefined() {
    LayerOutcomes test = layer(right(0, 10), right(0, 10), right(0, 8));

    for (double chance : new double[] {0.1, 0.2}) {
      List<AblationRow> rows =
          judge.judge(MEAN, chance, CEILING, List.of(test.single()), List.of(test));

      assertThat(heads(rows)).allSatisfy(head -> assertThat(head.drop()).isNull());
      assertThat(heads(rows).get(0).accuracyDrop()).isEqualTo(0.02);
      assertThat(layers(rows).get(0).verdict()).isEqualTo(Verdict.NOT_LEARNED);
      assertThat(layers(rows).get(0).allHeadsDrop()).isNull();
    }
  }

  @Test
  void threeHeadsAreTooFewForADeposit() {
    Layer three = verdict(1000, new double[] {0.5, 0.01, 0.01}, 0.6);
    Layer four = verdict(1000, new double[] {0.5, 0.01, 0.01, 0.01}, 0.6);

    assertThat(four.verdict()).as(four.reason()).isEqualTo(Verdict.DEPOSIT);
    assertThat(three.verdict()).isEqualTo(Verdict.NO_VERDICT);
    assertThat(three.reason()).contains("H 3 < 4");
  }

  @Test
  void aShareNearHalfDecidesNothing() {
    Layer layer = verdict(500, new double[] {0.3, 0.1, 0.1, 0.1}, 0.6);

    assertThat(layer.verdict()).isEqualTo(Verdict.NO_VERDICT);
    assertThat(layer.shareInterval().lower()).isLessThan(0.5);
    assertThat(layer.shareInterval().upper()).isGreaterThan(0.5);
    assertThat(layer.reason()).contains("share at least 0.", "may reach 0.");
  }

  @Test
  void twoStrongHeadsAreNoDeposit() {
    Layer layer = verdict(2000, new double[] {0.5, 0.3, 0, 0, 0}, 0.6);

    assertThat(layer.verdict()).isEqualTo(Verdict.NO_VERDICT);
    assertThat(layer.shareInterval().lower()).isGreaterThan(0.5);
    assertThat(layer.reason()).contains("δ₂ at most 0.");
  }

  @Test
  void noDiscordantExampleIsSilent() {
    Outcomes baseline = right(0, 80);
    LayerOutcomes test = layer(baseline, baseline, baseline, baseline, baseline, baseline);

    List<AblationRow> rows =
        judge.judge(MEAN, CHANCE, CEILING, List.of(test.single()), List.of(test));

    Layer layer = layers(rows).get(0);
    assertThat(layer.verdict()).isEqualTo(Verdict.SILENT);
    assertThat(layer.allHeadsP()).isEqualTo(1);
    assertThat(layer.share()).isNull();
    assertThat(layer.effectiveHeads()).isNull();
    assertThat(heads(rows)).allSatisfy(head -> assertThat(head.p()).isEqualTo(1));
  }

  @Test
  void aLayerThatHarmsGetsNoVerdict() {
    LayerOutcomes test =
        layer(right(0, 60), right(0, 90), right(0, 30), right(0, 60), right(0, 60), right(0, 60));

    Layer layer =
        layers(judge.judge(MEAN, CHANCE, CEILING, List.of(test.single()), List.of(test))).get(0);

    assertThat(layer.verdict()).isEqualTo(Verdict.NO_VERDICT);
    assertThat(layer.reason()).startsWith("the model does better without these heads");
  }

  @Test
  void aLoneLossOnFewExamplesIsNoDeposit() {
    // Head 0 loses 4 (p = 0.125), which nearly every resample repeats; head 1 gains 10 (p = 0.002).
    LayerOutcomes test =
        layer(
            right(0, 20, 40),
            right(0, 0, 40),
            right(4, 20, 40),
            right(0, 30, 40),
            right(0, 20, 40),
            right(0, 20, 40));

    Layer layer =
        layers(judge.judge(MEAN, CHANCE, 0.8, List.of(test.single()), List.of(test))).get(0);

    assertThat(layer.topDropInterval().lower()).isPositive();
    assertThat(layer.shareInterval().lower()).isEqualTo(1);
    assertThat(layer.verdict()).isEqualTo(Verdict.NO_VERDICT);
    assertThat(layer.reason())
        .contains("head 0 within the null", "no head's drop is beyond the null");
  }

  @Test
  void aSmallLossIsNoDepositHoweverAlone() {
    Layer layer = verdict(4000, new double[] {0.1, 0, 0, 0}, 0.6);

    assertThat(layer.shareInterval().lower()).isGreaterThan(0.5);
    assertThat(layer.runnerUpDropInterval().upper()).isLessThan(layer.topDrop() / 2);
    assertThat(layer.verdict()).isEqualTo(Verdict.NO_VERDICT);
    assertThat(layer.reason()).startsWith("no deposit: δ₁ 0.1");
  }

  @Test
  void lossesWithinTheNullAreNoSpread() {
    // Sixteen heads lose three examples each (p = 0.25), another gains thirty: shares of noise.
    Outcomes baseline = right(0, 60);
    List<Outcomes> heads = new ArrayList<>(List.of(right(0, 90)));
    for (int head = 0; head < 16; head++) {
      BitSet right = baseline.right();
      right.clear(3 * head, 3 * head + 3);
      heads.add(new Outcomes(100, right));
    }
    LayerOutcomes test = layer(baseline, right(0, 10), heads.toArray(Outcomes[]::new));

    Layer layer =
        layers(judge.judge(MEAN, CHANCE, CEILING, List.of(test.single()), List.of(test))).get(0);

    assertThat(layer.shareInterval().upper()).isLessThan(0.5);
    assertThat(layer.verdict()).isEqualTo(Verdict.NO_VERDICT);
    assertThat(layer.reason()).endsWith("no spread: no head's drop is beyond the null");
  }

  @Test
  void aWrongPickOnValidationIsNotCalledSpread() {
    SplittableRandom random = new SplittableRandom(5);
    HeadOutcomes validation =
        Planted.heads(0, 1000, new double[] {0.5, 0.01, 0.01, 0.01}, true, random);
    LayerOutcomes test = Planted.layer(0, 1000, new double[] {0.02, 0.01, 0.01, 0.5}, 0.6, random);

    Layer layer =
        layers(judge.judge(MEAN, CHANCE, CEILING, List.of(validation), List.of(test))).get(0);

    assertThat(layer.topHead()).isZero();
    assertThat(layer.shareInterval().upper()).isLessThan(0.5);
    assertThat(layer.verdict()).isEqualTo(Verdict.NO_VERDICT);
  }

  @Test
  void theJointDropOfTheTopPairIsReported() {
    Outcomes baseline = right(0, 80);
    HeadOutcomes single =
        new HeadOutcomes(0, baseline, List.of(right(0, 70), right(0, 60), right(0, 80)));
    LayerOutcomes test = new LayerOutcomes(single, right(0, 10), Optional.of(right(0, 45)));

    Layer layer = layers(judge.judge(MEAN, CHANCE, CEILING, List.of(single), List.of(test))).get(0);

    assertThat(single.ranking().subList(0, 2)).containsExactly(1, 0);
    assertThat(layer.topPairDrop()).isCloseTo(35 / 70.0, within(1e-12));
    assertThat(layer.allHeadsDrop()).isCloseTo(1, within(1e-12));
    assertThat(layer.topDrop()).isCloseTo(20 / 70.0, within(1e-12));
    assertThat(layer.runnerUpDrop()).isCloseTo(10 / 70.0, within(1e-12));
    assertThat(layer.share()).isCloseTo(2 / 3.0, within(1e-12));
  }

  @Test
  void permutingHeadsChangesNothingButIndices() {
    SplittableRandom random = new SplittableRandom(11);
    HeadOutcomes validation = Planted.heads(0, 800, ONE_HEAD, true, random);
    LayerOutcomes test = Planted.layer(0, 800, ONE_HEAD, 0.6, random);
    List<Integer> from = List.of(5, 0, 7, 1, 6, 2, 3, 4);

    List<AblationRow> rows = judge.judge(MEAN, CHANCE, CEILING, List.of(validation), List.of(test));
    List<AblationRow> permuted =
        judge.judge(
            MEAN,
            CHANCE,
            CEILING,
            List.of(permute(validation, from)),
            List.of(
                new LayerOutcomes(
                    permute(test.single(), from), test.allHeads(), Optional.empty())));

    for (int head = 0; head < from.size(); head++) {
      assertThat(heads(permuted).get(head))
          .usingRecursiveComparison()
          .ignoringFields("head")
          .isEqualTo(heads(rows).get(from.get(head)));
    }
    Layer layer = layers(permuted).get(0);
    assertThat(layer)
        .usingRecursiveComparison()
        .ignoringFields("topHead", "reason")
        .isEqualTo(layers(rows).get(0));
    assertThat(from.get(layer.topHead())).isEqualTo(layers(rows).get(0).topHead()).isEqualTo(2);
  }

  @Test
  void equalSeedsGiveEqualRowsAndOthersDiffer() {
    SplittableRandom random = new SplittableRandom(13);
    List<HeadOutcomes> validation = List.of(Planted.heads(0, 500, EVERY_HEAD, true, random));
    List<LayerOutcomes> test = List.of(Planted.layer(0, 500, EVERY_HEAD, 0.6, random));
    LayerJudge reseeded = new LayerJudge(rule(2000, 2));

    List<AblationRow> rows = judge.judge(MEAN, CHANCE, CEILING, validation, test);

    assertThat(judge.judge(MEAN, CHANCE, CEILING, validation, test)).isEqualTo(rows);
    List<AblationRow> others = reseeded.judge(MEAN, CHANCE, CEILING, validation, test);
    assertThat(heads(others)).isEqualTo(heads(rows));
    assertThat(layers(others)).isNotEqualTo(layers(rows));
  }

  @Test
  void rowsComeLayerByLayerHeadsFirst() {
    Outcomes baseline = right(0, 80);
    List<LayerOutcomes> test =
        IntStream.range(0, 3)
            .mapToObj(
                l ->
                    new LayerOutcomes(
                        new HeadOutcomes(l, baseline, List.of(right(0, 70), baseline)),
                        baseline,
                        Optional.empty()))
            .toList();

    List<AblationRow> rows =
        judge.judge(MEAN, CHANCE, CEILING, test.stream().map(LayerOutcomes::single).toList(), test);

    assertThat(rows)
        .extracting(
            row ->
                row instanceof Head head
                    ? head.layer() + "." + head.head()
                    : String.valueOf(((Layer) row).layer()))
        .containsExactly("0.0", "0.1", "0", "1.0", "1.1", "1", "2.0", "2.1", "2");
    Head first = heads(rows).get(0);
    assertThat(first.correct()).isEqualTo(70);
    assertThat(first.baselineCorrect()).isEqualTo(80);
    assertThat(first.total()).isEqualTo(100);
    assertThat(first.drop()).isCloseTo(10 / 70.0, within(1e-12));
    assertThat(first.p()).isCloseTo(2 / 1024.0, within(1e-12));
    // One family over all layers: three of six heads have this p.
    assertThat(first.q()).isCloseTo(2 * first.p(), within(1e-12));
    assertThat(first.beyondNull()).isTrue();
  }

  /**
   * Where no effect is real, the chance of any discovery in a model is at most the level. 200
   * models of 8 layers with 4 heads: up to 16 may have one (the 98th percentile of 200 fair trials
   * at 0.05); without Benjamini–Hochberg far more do.
   */
  @Test
  void nullModelsYieldDiscoveriesNoMoreOftenThanPromised() {
    LayerJudge quick = new LayerJudge(rule(39, 1));
    SplittableRandom random = new SplittableRandom(99);
    int withHeads = 0;
    int withHeadsUncorrected = 0;
    int withLayers = 0;
    int withLayersUncorrected = 0;
    for (int model = 0; model < 200; model++) {
      List<LayerOutcomes> test =
          IntStream.range(0, 8)
              .mapToObj(l -> Planted.layer(l, 400, new double[4], 0, random))
              .toList();
      List<AblationRow> rows =
          quick.judge(
              MEAN, CHANCE, CEILING, test.stream().map(LayerOutcomes::single).toList(), test);
      withHeads += heads(rows).stream().anyMatch(Head::beyondNull) ? 1 : 0;
      withHeadsUncorrected += heads(rows).stream().anyMatch(h -> h.p() < 0.05) ? 1 : 0;
      withLayers += layers(rows).stream().anyMatch(l -> l.verdict() != Verdict.SILENT) ? 1 : 0;
      withLayersUncorrected += layers(rows).stream().anyMatch(l -> l.allHeadsP() < 0.05) ? 1 : 0;
    }

    assertThat(withHeads).isLessThanOrEqualTo(16);
    assertThat(withHeadsUncorrected).isGreaterThan(100);
    assertThat(withLayers).isLessThanOrEqualTo(16);
    assertThat(withLayersUncorrected).isGreaterThan(32);
  }

  @Test
  void amongRealEffectsFalseDiscoveriesStayRare() {
    LayerJudge quick = new LayerJudge(rule(39, 1));
    SplittableRandom random = new SplittableRandom(17);
    double[] losses = {0.15, 0, 0, 0, 0, 0, 0, 0};
    double falseFractions = 0;
    int found = 0;
    for (int model = 0; model < 200; model++) {
      List<LayerOutcomes> test =
          IntStream.range(0, 4).mapToObj(l -> Planted.layer(l, 400, losses, 0.3, random)).toList();
      List<Head> discoveries =
          heads(
                  quick.judge(
                      MEAN,
                      CHANCE,
                      CEILING,
                      test.stream().map(LayerOutcomes::single).toList(),
                      test))
              .stream()
              .filter(Head::beyondNull)
              .toList();
      long wrong = discoveries.stream().filter(h -> h.head() != 0).count();
      found += discoveries.size() - (int) wrong;
      falseFractions += (double) wrong / Math.max(1, discoveries.size());
    }

    assertThat(falseFractions / 200).isLessThan(0.06);
    assertThat(found).isGreaterThan(700);
  }

  /** How often each verdict comes out over 200 layers, picked on validation, judged on test. */
  private static Map<Verdict, Integer> verdicts(int examples, double[] losses, double allLoss) {
    SplittableRandom random = new SplittableRandom(23);
    List<Verdict> verdicts = new ArrayList<>();
    for (int simulation = 0; simulation < 200; simulation++) {
      HeadOutcomes validation = Planted.heads(0, examples, losses, true, random);
      LayerOutcomes test = Planted.layer(0, examples, losses, allLoss, random);
      LayerJudge judge = new LayerJudge(rule(399, simulation));
      verdicts.add(
          layers(judge.judge(MEAN, CHANCE, CEILING, List.of(validation), List.of(test)))
              .get(0)
              .verdict());
    }
    Map<Verdict, Integer> counts = new EnumMap<>(Verdict.class);
    verdicts.forEach(verdict -> counts.merge(verdict, 1, Integer::sum));
    return counts;
  }

  @Test
  void whereThereIsNoDepositNoneIsFound() {
    assertThat(verdicts(500, NO_HEAD, 0)).doesNotContainKeys(Verdict.DEPOSIT, Verdict.SPREAD);
    assertThat(verdicts(500, NO_HEAD, 0.7)).doesNotContainKeys(Verdict.DEPOSIT, Verdict.SPREAD);
    assertThat(verdicts(500, EVERY_HEAD, 0.7)).doesNotContainKey(Verdict.DEPOSIT);
  }

  @Test
  void whatThereIsIsFoundNearlyAlways() {
    assertThat(verdicts(1000, ONE_HEAD, 0.6)).containsEntry(Verdict.DEPOSIT, 200);
    assertThat(verdicts(1000, EVERY_HEAD, 0.7)).containsEntry(Verdict.SPREAD, 200);
    // At level 0.05 any of the heads, and the layer itself, is beyond the null once in twenty.
    assertThat(verdicts(1000, NO_HEAD, 0.7).get(Verdict.REDUNDANT)).isBetween(184, 200);
    assertThat(verdicts(1000, NO_HEAD, 0).get(Verdict.SILENT)).isBetween(184, 200);
  }

  /**
   * On the border, a share of just a half, each of the two verdicts that a bound of its interval
   * decides is wrong one time in forty at most: of 200, up to 10 (99th percentile). Beside idle
   * heads SPREAD is wrong more often: chance makes some of them lose, and their losses, though not
   * their gains, are in the sum that the share is of.
   */
  @Test
  void onTheBorderVerdictsAreWrongNoMoreOftenThanPromised() {
    Map<Verdict, Integer> border = verdicts(1000, new double[] {0.4, 0.1, 0.1, 0.1, 0.1}, 0.8);
    Map<Verdict, Integer> besideIdleHeads =
        verdicts(1000, new double[] {0.4, 0.1, 0.1, 0.1, 0.1, 0, 0, 0}, 0.8);

    assertThat(border.getOrDefault(Verdict.DEPOSIT, 0)).isLessThanOrEqualTo(10);
    assertThat(border.getOrDefault(Verdict.SPREAD, 0)).isLessThanOrEqualTo(10);
    assertThat(border.get(Verdict.NO_VERDICT)).isGreaterThan(180);
    assertThat(besideIdleHeads.getOrDefault(Verdict.DEPOSIT, 0)).isLessThanOrEqualTo(10);
    assertThat(besideIdleHeads.getOrDefault(Verdict.SPREAD, 0)).isLessThanOrEqualTo(20);
  }

  @Test
  void rejectsWhatCannotBeJudged() {
    LayerOutcomes test = layer(right(0, 80), right(0, 80), right(0, 70), right(0, 80));
    HeadOutcomes other = new HeadOutcomes(1, test.single().baseline(), test.single().heads());
    HeadOutcomes fewer =
        new HeadOutcomes(0, test.single().baseline(), test.single().heads().subList(0, 1));

    assertRejected(0.5, 0.5, List.of(test.single()), List.of(test), "ceiling: 0.5; give");
    assertRejected(0.5, 1.5, List.of(test.single()), List.of(test), "ceiling: 1.5; give");
    assertRejected(-0.1, 1, List.of(test.single()), List.of(test), "chance: -0.1; give");
    assertRejected(Double.NaN, 1, List.of(test.single()), List.of(test), "chance: NaN; give");
    assertRejected(CHANCE, 1, List.of(), List.of(), "test: no layers; evaluate");
    assertRejected(CHANCE, 1, List.of(), List.of(test), "validation: 0 layers against 1 on test");
    assertRejected(CHANCE, 1, List.of(other), List.of(test), "validation[0]: layer 1 with 2 heads");
    assertRejected(CHANCE, 1, List.of(fewer), List.of(test), "validation[0]: layer 0 with 1 heads");
  }

  private void assertRejected(
      double chance,
      double ceiling,
      List<HeadOutcomes> validation,
      List<LayerOutcomes> test,
      String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> judge.judge(MEAN, chance, ceiling, validation, test))
        .withMessageStartingWith(message);
  }

  private Layer verdict(int examples, double[] losses, double allLoss) {
    SplittableRandom random = new SplittableRandom(42);
    HeadOutcomes validation = Planted.heads(0, examples, losses, true, random);
    LayerOutcomes test = Planted.layer(0, examples, losses, allLoss, random);
    return layers(judge.judge(MEAN, CHANCE, CEILING, List.of(validation), List.of(test))).get(0);
  }

  private static DepositRule rule(int resamples, long seed) {
    return new DepositRule(0.05, 0.95, 0.5, 4, 0.2, 0.5, 0.5, resamples, seed);
  }

  private static LayerOutcomes layer(Outcomes baseline, Outcomes allHeads, Outcomes... heads) {
    return new LayerOutcomes(
        new HeadOutcomes(0, baseline, Arrays.asList(heads)), allHeads, Optional.empty());
  }

  private static HeadOutcomes permute(HeadOutcomes outcomes, List<Integer> from) {
    List<Outcomes> heads = new ArrayList<>();
    from.forEach(head -> heads.add(outcomes.heads().get(head)));
    return new HeadOutcomes(outcomes.layer(), outcomes.baseline(), heads);
  }

  /** Of 100 examples, those from the first to before the last are right. */
  private static Outcomes right(int first, int last) {
    return right(first, last, 100);
  }

  private static Outcomes right(int first, int last, int total) {
    BitSet right = new BitSet(total);
    right.set(first, last);
    return new Outcomes(total, right);
  }

  private static List<Head> heads(List<AblationRow> rows) {
    return rows.stream().filter(Head.class::isInstance).map(Head.class::cast).toList();
  }

  private static List<Layer> layers(List<AblationRow> rows) {
    return rows.stream().filter(Layer.class::isInstance).map(Layer.class::cast).toList();
  }
}
