package io.github.pelab.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pelab.cli.spectra.TrainedContraction;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpectraTableTest {
  private static List<String> lines(List<ReportRun> runs) {
    return SpectraTable.text(ReportData.of(runs).spectra())
        .lines()
        .map(line -> line.replaceAll(" {2,}", "  ").strip())
        .toList();
  }

  @Test
  void eachQuestionThatTheDataAnswerIsATable() {
    List<String> lines = lines(FixtureRuns.watched());
    assertThat(lines)
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("trained, best, 5 seeds  rope  5  0.800  [")
                    .contains("100.0 %  CONTRACTS  1.000  [1.000, 1.000]  UNCHANGED"))
        .anySatisfy(
            line -> assertThat(line).startsWith("rope  spectral  gradient norm  5  1.000  ["))
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("rope  logits  5  ")
                    .contains("5 of 5 (chance 25.0 %), step 0")
                    .endsWith("5 of 5 (chance 25.0 %), step 50"));
  }

  @Test
  void scalesAreComparedByTheirNormAtTheStart() {
    assertThat(lines(FixtureRuns.rescaled()))
        .anySatisfy(line -> assertThat(line).matches("2  5  \\S+  \\S+  \\S+  \\d  \\S+"))
        .anySatisfy(
            line -> assertThat(line).matches("1, … \\(3\\)  steps to half  5  \\S+  NO VERDICT"));
  }

  @Test
  void aSingleRunHasNoCorrelation() {
    assertThat(lines(FixtureRuns.watched().subList(0, 1)))
        .anySatisfy(line -> assertThat(line).startsWith("trained, best  rope  3  0.800"))
        .noneSatisfy(line -> assertThat(line).contains("gradient norm"));
  }

  @Test
  void aLabelDoesNotMoveTheTerminalsCursor() {
    SpectraData data = ReportData.of(FixtureRuns.watched()).spectra();
    TrainedContraction trained = data.trained().get(0);
    SpectraData hostile =
        new SpectraData(
            data.random(),
            List.of(
                new TrainedContraction(
                    "a\u001b[2J\nb",
                    "best",
                    false,
                    5,
                    trained.spectralNorm(),
                    trained.rowCentredNorm())),
            List.of(),
            null,
            List.of(),
            data.distributions(),
            data.runs(),
            data.kernels());
    assertThat(SpectraTable.text(hostile)).contains("  a?[2J?b  ").hasLineCount(2);
  }
}
