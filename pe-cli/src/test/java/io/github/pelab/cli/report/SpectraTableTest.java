package io.github.pelab.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pelab.cli.spectra.WatchedRun;
import java.util.ArrayList;
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
            line ->
                assertThat(line).matches("1, … \\(3\\)  steps to half  5  \\S+  \\S+  NO VERDICT"));
  }

  @Test
  void aSingleRunHasNoCorrelation() {
    assertThat(lines(FixtureRuns.watched().subList(0, 1)))
        .anySatisfy(line -> assertThat(line).startsWith("trained, best  rope  3  0.800"))
        .noneSatisfy(line -> assertThat(line).contains("gradient norm"));
  }

  @Test
  void aLabelDoesNotMoveTheTerminalsCursor() {
    List<ReportRun> runs = FixtureRuns.rescaled();
    List<WatchedRun> hostile = new ArrayList<>();
    for (ReportRun run : runs) {
      String scale = run.run().axes().get("model.logitScale");
      hostile.add(
          new WatchedRun(
              "run " + hostile.size(),
              "a\u001b[2J\nb" + scale,
              run.run().provenance().seed(),
              "",
              true,
              run.spectra(),
              run.contraction(),
              run.ablation()));
    }
    assertThat(SpectraTable.text(SpectraData.of(hostile, List.of(), List.of())))
        .doesNotContain("\u001b")
        .contains("  a?[2J?b1  ") // trained
        .containsPattern("\na\\?\\[2J\\?b1 +spectral ")
        .containsPattern("\na\\?\\[2J\\?b1 +5 ")
        .containsPattern("\na\\?\\[2J\\?b1, … \\(3\\) ")
        .containsPattern("\na\\?\\[2J\\?b1 +logits ");
  }
}
