package io.github.pelab.ablation.regression;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pelab.train.Experiment;
import io.github.pelab.train.config.Sweep;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What can be said of the shipped baselines without training anything. */
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
