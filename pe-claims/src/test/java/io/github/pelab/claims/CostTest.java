package io.github.pelab.claims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.claims.metric.Metrics;
import io.github.pelab.claims.metric.Need;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.config.Sweep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CostTest {
  /** Of 10 tokens with 2 layers, width 8 and 16 hidden units: 2 · (256 + 256 + 160) a token. */
  private static final double EXAMPLE = 10 * 2 * 672.0;

  @TempDir Path directory;

  private Cost cost(String metric) throws IOException {
    return Cost.of(step(metric));
  }

  private Plan.Step step(String metric) throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("suite.yaml"),
            """
            schemaVersion: 1
            name: small
            task: {name: distance, vocabulary: 8, maxGap: 4, minLength: 10, maxLength: 10}
            data: {train: 1000, validation: 50, test: 100}
            model: {scheme: rope, layers: 2, width: 8, heads: 4, feedForward: 16}
            training: {epochs: 5}
            """);
    Sweep.Member member = Experiment.configs().read(file).members().get(0);
    return new Plan.Step(member, Set.of(metric), Set.copyOf(Metrics.parse(metric).needs()));
  }

  @Test
  void trainingIsThreeTimesAnExampleOfEachEpoch() throws IOException {
    assertThat(cost("accuracy").training()).isCloseTo(3 * 5000 * EXAMPLE, within(1e-3));
    assertThat(cost("accuracy").measuring()).isZero();
  }

  /** Each of 4 heads, and all, of layer 0 pass 2 layers, of layer 1 one: 15 halves of the whole. */
  @Test
  void anAblationPassesTheLayersFromItsOwnOn() throws IOException {
    assertThat(cost("top-share").measuring()).isCloseTo(7.5 * 150 * EXAMPLE, within(1e-3));
    assertThat(cost("top-share(mode=as-released)").measuring())
        .as("of the training split too")
        .isCloseTo(7.5 * 1150 * EXAMPLE, within(1e-3));
  }

  @Test
  void whatTwoClaimsAskOfARunIsMeasuredOnce() throws IOException {
    Cost both = Cost.of(step("top-share").and(step("accuracy(length=10)")));
    assertThat(both.training()).isEqualTo(cost("accuracy").training());
    assertThat(both.measuring())
        .isEqualTo(cost("top-share").measuring() + cost("accuracy(length=10)").measuring());
    assertThat(Cost.of(step("top-share").and(step("top-drop")))).isEqualTo(cost("top-share"));
  }

  @Test
  void longerExamplesCostMoreThanTheirTokens() throws IOException {
    double once = cost("accuracy(length=10)").measuring();
    assertThat(once).isCloseTo(100 * EXAMPLE, within(1e-3));
    assertThat(cost("accuracy(length=20)").measuring()).isGreaterThan(2 * once);
    assertThat(cost("accuracy(split=train)").measuring()).isCloseTo(10 * once, within(1e-3));
    assertThat(Metrics.parse("accuracy(length=20)").needs().get(0))
        .isInstanceOf(Need.Evaluation.class);
  }
}
