package io.github.pelab.ablation.regression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.pelab.ablation.RunAblation;
import io.github.pelab.ablation.portrait.RunPortraits;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.Saving;
import io.github.pelab.train.Trainer;
import io.github.pelab.train.config.Sweep;
import io.github.pelab.train.progress.Progress;
import io.github.pelab.train.run.Kept;
import io.github.pelab.train.run.RunDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What can be said of the shipped baselines without a night. */
class ShippedBaselinesTest {
  private static final Path CONFIGS = Path.of("..", "configs");

  static List<Path> configs() {
    try (Stream<Path> files = Files.list(CONFIGS.resolve("nightly"))) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void thereAreSome() {
    assertThat(configs()).hasSizeGreaterThan(1);
  }

  /** If this fails because a formula or a config has changed on purpose: see CONTRIBUTING.md. */
  @ParameterizedTest
  @MethodSource("configs")
  void areOfTheConfigsAndOfThisCode(Path config) {
    Sweep sweep = Experiment.configs().read(config);
    Baseline baseline =
        Baseline.read(CONFIGS.resolve("baselines").resolve(sweep.name() + ".json")).orElseThrow();
    assertThat(baseline.name()).isEqualTo(sweep.name());
    assertThat(baseline.measurements())
        .extracting(Measurement::configHash)
        .containsExactlyElementsOf(sweep.members().stream().map(Sweep.Member::hash).toList());
    // One seed of each configuration: the others are the same formulas.
    List<Measurement> first =
        baseline.measurements().stream().filter(each -> each.member().endsWith("seed1")).toList();
    assertThat(first).hasSizeGreaterThan(1);
    for (Measurement was : first) {
      Sweep.Member member = sweep.only(was.member()).members().get(0);
      Probe probe = Probe.of(Experiment.of(member.config(), config.toString()));
      assertThat(probe.faults()).isEmpty();
      Measurement now =
          Made.with(
              was, was.loss(), was.parameters(), was.layers(), probe.numbers(), probe.faults());
      assertThat(Gate.probesApart(was, now))
          .as(was.member())
          .isLessThanOrEqualTo(GateRule.defaults().probe());
    }
  }

  /** On the machine that they were made on: to the bit. If this fails, see CONTRIBUTING.md. */
  @ParameterizedTest
  @MethodSource("configs")
  void areWhatThisCodeGives(Path config, @TempDir Path runs) {
    Sweep sweep = Experiment.configs().read(config);
    Sweep.Member member = sweep.members().get(0);
    Experiment experiment = Experiment.of(member.config(), config.toString());
    RunDirectory run = RunDirectory.create(runs, sweep.name(), member.directory());
    Progress silent = Progress.of(Progress.Mode.NONE, null);
    try (RunDirectory.Lock lock = run.lock()) {
      new Trainer(Clock.systemUTC(), System::nanoTime, silent, Saving.DEFAULT, () -> false)
          .train(member, experiment, run, /* again= */ false);
      RunAblation.ablate(run, experiment, experiment.config().ablation(), Kept.BEST, silent);
      RunPortraits.draw(run, experiment, silent);
    }
    Measurement now = MemberMeasurement.of(member, experiment, run);
    Measurement was =
        Baseline.read(CONFIGS.resolve("baselines").resolve(sweep.name() + ".json"))
            .orElseThrow()
            .measurements()
            .get(0);
    assertThat(was.member()).isEqualTo(now.member());
    assumeThat(now.fingerprint()).isEqualTo(was.fingerprint());
    assertThat(Gate.firstDifference(was, now)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("configs")
  void haveEnoughSeedsToShowAChange(Path config) {
    Baseline baseline =
        Baseline.read(
                CONFIGS
                    .resolve("baselines")
                    .resolve(Experiment.configs().read(config).name() + ".json"))
            .orElseThrow();
    Night elsewhere =
        Made.night(
            1,
            Made.changed(
                baseline.measurements(),
                each ->
                    Made.with(each, each.loss() * 1.01, Digest.of(each.member()), each.layers())));
    Judgement judgement =
        Gate.judge(GateRule.defaults(), elsewhere, Optional.of(baseline), List.of());
    assertThat(judgement.findings())
        .filteredOn(each -> each.kind() == Finding.Kind.LOSS)
        .isNotEmpty()
        .allMatch(each -> each.verdict() == GateVerdict.PASS);
  }
}
