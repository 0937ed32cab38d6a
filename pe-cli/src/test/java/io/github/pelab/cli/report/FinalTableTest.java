package io.github.pelab.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FinalTableTest {

  @Test
  void runsThenVerdictsThenConfigurations() {
    String text = FinalTable.text(ReportData.of(FixtureRuns.finished()));
    assertThat(text.lines())
        .hasSize(1 + 6 + 1 + 4 + 1 + 1 + 4)
        .startsWith(
            "run                        parameters  test accuracy  95 % interval     best ceiling            checkpoint",
            "rope(base=10000) · seed 1     123,456         90.0 %  [87.9 %, 91.7 %]  100.0 % whole sequence  best, epoch 10")
        .endsWith(
            "rope(base=10000) · seed 2, layer 1 (mean, best): SPREAD: upper bound of share 0.47 < 0.5",
            "",
            "configuration     runs  mean accuracy  range             checkpoint",
            "rope(base=10000)     2         87.0 %  84.0 % to 90.0 %  best",
            "rope(base=10000)     2         87.0 %  84.0 % to 90.0 %  last",
            "nope                 1         35.0 %  35.0 % to 35.0 %  best",
            "nope                 1         35.0 %  35.0 % to 35.0 %  last");
  }

  @Test
  void withoutRepeatedRunsThereAreNoConfigurations() {
    assertThat(FinalTable.text(ReportData.of(FixtureRuns.finished().subList(1, 3))))
        .doesNotContain("configuration");
  }

  @Test
  void aRunWithoutResultsSaysSo() {
    assertThat(FinalTable.text(ReportData.of(List.of(FixtureRuns.begun()))).lines().skip(1))
        .containsExactly(
            "alibi     123,456       none yet                 100.0 % whole sequence  running, epoch 0");
  }

  @Test
  void controlCharactersDoNotReachTheTerminal() {
    assertThat(FinalTable.text(ReportData.of(List.of(FixtureRuns.hostile()))))
        .doesNotContain("\u001b", "\r");
  }
}
