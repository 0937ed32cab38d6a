package io.github.pelab.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.ablation.SeedFractions;
import io.github.pelab.ablation.Verdict;
import io.github.pelab.cli.report.LayerDrops.HeadDrop;
import io.github.pelab.cli.report.Series.Line;
import io.github.pelab.cli.report.Series.Point;
import io.github.pelab.train.run.MetricsRow;
import io.github.pelab.train.run.RunRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReportDataTest {

  private final ReportData data = ReportData.of(FixtureRuns.finished());

  @Test
  void runsOfOneLabelAreToldApartBySeed() {
    assertThat(data.runs())
        .extracting(ReportData.Run::id)
        .containsExactly("rope(base=10000) · seed 1", "rope(base=10000) · seed 2", "nope");
  }

  @Test
  void aSweepsSeedsAreOfOneConfiguration() {
    ReportData sweep = ReportData.of(FixtureRuns.sweep());
    assertThat(sweep.runs())
        .extracting(ReportData.Run::label)
        .hasSize(60)
        .satisfies(labels -> assertThat(Set.copyOf(labels)).hasSize(20))
        .startsWith("nope, multi-head", "nope, multi-head", "nope, multi-head");
    assertThat(sweep.curves())
        .hasSize(20)
        .allSatisfy(curve -> assertThat(curve.lines()).hasSize(3));
  }

  @Test
  void configurationsAreMeanAndRangeByCheckpoint() {
    assertThat(data.configurations())
        .extracting(
            ReportData.Configuration::label,
            ReportData.Configuration::checkpoint,
            ReportData.Configuration::runs)
        .containsExactly(
            tuple("rope(base=10000)", "best", 2),
            tuple("rope(base=10000)", "last", 2),
            tuple("nope", "best", 1),
            tuple("nope", "last", 1));
    ReportData.Configuration rope = data.configurations().get(0);
    assertThat(rope.mean()).isCloseTo((864 + 806) / 1920.0, within(1e-12));
    assertThat(rope.low()).isCloseTo(806 / 960.0, within(1e-12));
    assertThat(rope.high()).isCloseTo(864 / 960.0, within(1e-12));
  }

  @Test
  void withoutRepeatedRunsThereAreNoConfigurations() {
    assertThat(ReportData.of(FixtureRuns.finished().subList(1, 3)).configurations()).isEmpty();
  }

  @Test
  void runsOfOneNameButOtherSettingsAreNotOneConfiguration() {
    ReportRun run = FixtureRuns.finished().get(0);
    RunRecord longer = FixtureRuns.trainedFor(run.run(), 20);
    ReportData both =
        ReportData.of(
            List.of(
                run,
                new ReportRun(
                    longer,
                    run.metrics(),
                    run.ablation(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of())));
    assertThat(both.runs())
        .extracting(ReportData.Run::label)
        .doesNotHaveDuplicates()
        .allSatisfy(label -> assertThat(label).startsWith("rope(base=10000) · "));
    assertThat(both.configurations()).isEmpty();
    assertThat(both.curves()).hasSize(2);
  }

  @Test
  void aRunGivenTwiceIsShownTwice() {
    List<ReportRun> twice = List.of(FixtureRuns.begun(), FixtureRuns.begun());
    assertThat(ReportData.of(twice).runs())
        .extracting(ReportData.Run::id)
        .containsExactly("alibi", "alibi · copy 2");
  }

  @Test
  void resultsAreTheTestSplitsByCheckpoint() {
    assertThat(data.runs().get(0).results())
        .extracting(ReportData.Result::checkpoint, ReportData.Result::epoch)
        .containsExactly(tuple("best", 10), tuple("last", 12));
  }

  @Test
  void aResumedRunsRepeatedEpochCountsOnce() {
    ReportRun run = FixtureRuns.finished().get(0);
    List<MetricsRow> repeated = new ArrayList<>(run.metrics());
    repeated.addAll(run.metrics());
    ReportData resumed =
        ReportData.of(
            List.of(
                new ReportRun(
                    run.run(),
                    repeated,
                    run.ablation(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of())));
    assertThat(resumed.curves().get(0).lines().get(0).points()).hasSize(12);
    assertThat(resumed.runs().get(0).results()).hasSize(2);
  }

  @Test
  void theSpreadEndsWhereTheFirstRunEnds() {
    Series rope = data.curves().get(0);
    assertThat(rope.lines()).hasSize(2);
    assertThat(rope.spread()).hasSize(10);
    assertThat(data.curves().get(1).spread()).isEmpty();
  }

  @Test
  void theSpreadIsMeanAndRange() {
    Series series =
        Series.of(
            "a",
            List.of(
                new Line("a1", List.of(new Point(3, 0.2, null))),
                new Line("a2", List.of(new Point(3, 0.4, null), new Point(4, 1, null)))));
    assertThat(series.spread()).hasSize(1);
    Series.Spread spread = series.spread().get(0);
    assertThat(spread.x()).isEqualTo(3);
    assertThat(spread.mean()).isCloseTo(0.3, within(1e-12));
    assertThat(spread.low()).isEqualTo(0.2);
    assertThat(spread.high()).isEqualTo(0.4);
  }

  @Test
  void eachKindOfSliceIsAFigure() {
    assertThat(data.slices())
        .extracting(ReportData.SliceFigure::slice)
        .containsExactly("gap", "length");
    assertThat(data.slices().get(0).series().get(0).lines().get(0).points()).hasSize(12);
  }

  @Test
  void wilsonsIntervalIsTheTextbooks() {
    Proportion proportion = Proportion.of(81, 263);
    assertThat(proportion.lower()).isCloseTo(0.2553, within(5e-5));
    assertThat(proportion.upper()).isCloseTo(0.3662, within(5e-5));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Proportion.of(3, 2))
        .withMessageContaining("3 and 2");
  }

  @Test
  void quartilesInterpolate() {
    List<HeadDrop> heads =
        DoubleStream.of(4, 1, 3, 2).mapToObj(drop -> new HeadDrop("a", 0, drop, false)).toList();
    assertThat(LayerDrops.of(0, heads).five()).containsExactly(1.0, 1.75, 2.5, 3.25, 4.0);
  }

  @Test
  void anUndefinedDropIsLeftOutOfTheBoxes() {
    assertThat(data.drops()).hasSize(1);
    assertThat(data.drops().get(0).layers())
        .extracting(layer -> layer.heads().size())
        .containsExactly(8, 6);
  }

  @Test
  void belowTenRunsNoFractionIsCalled() {
    assertThat(data.verdicts()).hasSize(2).allMatch(layer -> layer.seeds() == 2);
    assertThat(data.verdicts().get(0).verdicts())
        .singleElement()
        .satisfies(
            count -> {
              assertThat(count.verdict()).isEqualTo(Verdict.DEPOSIT);
              assertThat(count.seeds()).isEqualTo(2);
              assertThat(count.fraction()).isNull();
            });
    List<Verdict> ten = new ArrayList<>(Collections.nCopies(8, Verdict.DEPOSIT));
    ten.addAll(List.of(Verdict.SPREAD, Verdict.SILENT));
    LayerVerdicts called = LayerVerdicts.of("rope", data.ablations().get(0).intervention(), 0, ten);
    assertThat(called.verdicts())
        .extracting(LayerVerdicts.Count::verdict)
        .containsExactly(Verdict.SILENT, Verdict.DEPOSIT, Verdict.SPREAD);
    SeedFractions.Fraction deposits = called.verdicts().get(1).fraction();
    assertThat(deposits.value()).isEqualTo(0.8);
    assertThat(deposits.interval().lower()).isCloseTo(Proportion.of(8, 10).lower(), within(1e-12));
  }

  @Test
  void portraitsAreRoundedAndSayOnceWhatHeadsHaveInCommon() {
    assertThat(data.portraits()).extracting(RunPortrait::run).hasSize(2).doesNotContain("nope");
    RunPortrait portrait = data.portraits().get(0);
    assertThat(portrait.firstLag()).isEqualTo(-15);
    assertThat(portrait.pairsByLag()).hasSize(31).startsWith(256L);
    assertThat(portrait.uniformByLag()).containsOnly(0.0625);
    assertThat(portrait.classes()).hasSize(9);
    RunPortrait.Head second = portrait.heads().get(1);
    assertThat(List.of(second.layer(), second.head())).containsExactly(0, 1);
    // 0.02 + 0.8 exp(−1) = 0.3143…
    assertThat(second.byLag()).hasSize(31).contains(0.82, 0.314);
    assertThat(second.byClass()).hasSize(9);
    assertThat(portrait.heads().get(7).positional()).isNull();
  }

  @Test
  void formationIsTheRunsOwn() {
    assertThat(data.formations()).extracting(RunFormation::run).hasSize(2).doesNotContain("nope");
    assertThat(data.formations().get(0).epochs()).hasSize(5);
  }

  @Test
  void spectraArePooledOverHeadsAndSeeds() {
    SpectraData spectra = ReportData.of(FixtureRuns.watched()).spectra();
    assertThat(spectra.distributions())
        .extracting(LabelSpectrum::shuffled, LabelSpectrum::runs, LabelSpectrum::heads)
        .containsExactly(tuple(false, 5, 40), tuple(true, 5, 40));
    LabelSpectrum trained = spectra.distributions().get(0);
    assertThat(trained.singularValues().content()).hasSize(33).startsWith(0.0).endsWith(23.0);
    // 0.8 of 23, and no more digits than four
    assertThat(trained.singularValues().logits()).isSorted().endsWith(18.4);
    assertThat(spectra.trained())
        .extracting(each -> each.shuffled() + ", " + each.runs())
        .containsExactly("false, 5", "true, 5");
    assertThat(spectra.correlations()).isNotEmpty();
    assertThat(spectra.gradientSeeds())
        .first()
        .satisfies(
            seed ->
                assertThat(seed.foretold())
                    .allSatisfy(step -> assertThat(step.hits()).isEqualTo(5)));
  }

  @Test
  void headsOfWatchedRunsHaveRatiosOrNone() {
    RunSpectra run = ReportData.of(FixtureRuns.watched()).spectra().runs().get(0);
    assertThat(run.steps()).extracting(RunSpectra.Step::step).containsExactly(0, 25, 50);
    RunSpectra.Head head = run.steps().get(0).layers().get(0).get(1);
    assertThat(List.of(head.ratio(), head.rowCentredRatio(), head.spectralNorm()))
        .containsExactly(1.0, 1.0, 8.0);
    RunSpectra.Head silent = run.steps().get(0).layers().get(1).get(3);
    assertThat(silent.ratio()).isNull();
    assertThat(silent.spectralNorm()).isNull();
    assertThat(silent.logitGradient()).isEqualTo(0.2);
  }

  @Test
  void aRunThatIsGivenTwiceCountsOnceInSpectra() {
    List<ReportRun> runs = FixtureRuns.watched();
    List<ReportRun> twice = Stream.concat(runs.stream(), runs.stream()).toList();
    SpectraData once = ReportData.of(runs).spectra();
    SpectraData found = ReportData.of(twice).spectra();
    assertThat(found.trained()).isEqualTo(once.trained());
    assertThat(found.correlations()).isEqualTo(once.correlations());
    assertThat(found.gradientSeeds()).isEqualTo(once.gradientSeeds());
    assertThat(found.distributions()).isEqualTo(once.distributions());
    assertThat(found.runs()).as("is shown as often as it is given").hasSize(10);
  }

  /** A run that has only begun has not halved its loss, which does not say that it never will. */
  @Test
  void aRunInTrainingSaysNothingOfHowRunsLearn() {
    List<ReportRun> runs = new ArrayList<>(FixtureRuns.rescaled());
    SpectraData ended = ReportData.of(runs).spectra();
    ReportRun begun = FixtureRuns.watched(FixtureRuns.begun(), 1);
    runs.add(
        new ReportRun(
            begun.run(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            begun.spectra().subList(0, 1),
            List.of()));
    SpectraData found = ReportData.of(runs).spectra();
    assertThat(found.convergence()).isEqualTo(ended.convergence());
    assertThat(found.correlations()).isEqualTo(ended.correlations());
    assertThat(found.gradientSeeds()).isEqualTo(ended.gradientSeeds());
    assertThat(found.runs()).hasSize(runs.size());
  }

  @Test
  void runsThatWereNotWatchedSayNothingOfSpectra() {
    SpectraData spectra = data.spectra();
    assertThat(spectra.distributions()).isEmpty();
    assertThat(spectra.runs()).isEmpty();
    assertThat(spectra.correlations()).isEmpty();
  }

  @Test
  void kernelsHaveTheirSymbols() {
    List<SchemeKernel> kernels = FixtureRuns.kernels();
    assertThat(kernels)
        .extracting(SchemeKernel::scheme, SchemeKernel::head, SchemeKernel::rotation)
        .containsExactly(
            tuple("rope", 0, true), tuple("alibi", 0, false), tuple("alibi", 1, false));
    SchemeKernel rope = kernels.get(0);
    // A single pair: cos r
    assertThat(rope.byLag()).containsExactly(-0.99, -0.4161, 0.5403, 1.0, 0.5403, -0.4161, -0.99);
    assertThat(rope.limit()).isEmpty();
    assertThat(rope.truncated().get(0)).isCloseTo(1 + 2 * (0.5403 - 0.4161 - 0.99), within(1e-3));
    assertThat(rope.fejer().get(0))
        .isCloseTo(1 + 2 * (0.75 * 0.5403 - 0.5 * 0.4161 - 0.25 * 0.99), within(1e-3));
    SchemeKernel alibi = kernels.get(1);
    double slope = -alibi.byLag().get(4);
    assertThat(alibi.byLag().get(6)).isCloseTo(-3 * slope, within(1e-3));
    assertThat(alibi.limit().get(0)).isInfinite();
    assertThat(alibi.limit().get(alibi.limit().size() - 1)).isCloseTo(slope / 2, within(1e-4));
  }

  @Test
  void noRunIsNoReport() {
    assertThatIllegalArgumentException().isThrownBy(() -> ReportData.of(List.of()));
  }
}
