package io.github.pelab.cli.spectra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.ablation.AblationRow;
import io.github.pelab.ablation.Verdict;
import io.github.pelab.train.spectra.SpectraRow;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GradientSeedTest {
  private static final double E = Math.E;

  private static AblationRow layer(int layer, Verdict verdict, int topHead) {
    return new AblationRow.Layer(
        new AblationRow.Intervention("mean", "best"),
        layer,
        verdict,
        "made",
        1.0,
        0,
        0,
        topHead,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        "");
  }

  private static WatchedRun run(int seed, List<SpectraRow> steps, AblationRow... ablation) {
    WatchedRun run = Made.run("rope", seed, steps);
    return new WatchedRun(
        run.id(),
        run.label(),
        run.seed(),
        run.unscaled(),
        run.finished(),
        run.steps(),
        List.of(),
        List.of(ablation));
  }

  private static GradientSeed ofLogits(List<WatchedRun> runs) {
    return GradientSeed.of(runs).stream()
        .filter(each -> each.gradient().equals("logits"))
        .findFirst()
        .orElseThrow();
  }

  /** Margins 3, 2, 1 from shallow to deep: each layer's is 1 above the next one's. */
  @Test
  void theLeadOfTheFirstHeadOverTheSecondIsComparedLayerByLayer() {
    double[][] gradients = {{1, E * E * E, 0.1}, {E * E, 1, 0.5}, {1, 0.2, E}};
    List<WatchedRun> runs = new ArrayList<>();
    for (int seed = 0; seed < 3; seed++) {
      runs.add(run(seed, List.of(Made.step(0, gradients), Made.step(10, gradients))));
    }
    GradientSeed found = ofLogits(runs);
    assertThat(found.margins()).hasSize(2);
    assertThat(found.margins().get(1).step()).isEqualTo(10);
    assertThat(found.margins().get(1).layers().get(0)).isCloseTo(3, within(1e-12));
    assertThat(found.margins().get(1).layers().get(2)).isCloseTo(1, within(1e-12));
    assertThat(found.towardShallow()).isCloseTo(1, within(1e-12));
    assertThat(GradientSeed.of(runs))
        .extracting(GradientSeed::gradient)
        .containsExactly("logits", "W_q", "W_k");
  }

  @Test
  void aDepositIsForetoldByTheHeadWithTheLargestGradient() {
    double[][] leads0 = {{2, 1, 1, 1}, {1, 1, 2, 1}};
    double[][] leads3 = {{1, 1, 1, 2}, {1, 1, 2, 1}};
    List<WatchedRun> runs =
        List.of(
            run(
                1,
                List.of(Made.step(0, leads3), Made.step(10, leads0)),
                layer(0, Verdict.DEPOSIT, 0),
                layer(1, Verdict.SPREAD, 1)),
            run(
                2,
                List.of(Made.step(0, leads3), Made.step(10, leads3)),
                layer(0, Verdict.DEPOSIT, 3),
                layer(1, Verdict.DEPOSIT, 2)));
    List<GradientSeed.Foretold> foretold = ofLogits(runs).foretold();
    assertThat(foretold).extracting(GradientSeed.Foretold::hits).containsExactly(2, 3);
    assertThat(foretold).extracting(GradientSeed.Foretold::deposits).containsOnly(3);
    assertThat(foretold).extracting(GradientSeed.Foretold::chance).containsOnly(0.25);
    assertThat(foretold.get(1).interval().lower()).isBetween(0.4, 0.5);
  }

  @Test
  void whatIsMissingIsLeftOut() {
    List<SpectraRow> oneLayer = List.of(Made.step(0, new double[][] {{1, 2}}));
    GradientSeed found = ofLogits(List.of(run(1, oneLayer)));
    assertThat(found.towardShallow()).isNull();
    assertThat(found.towardShallowInterval()).isNull();
    assertThat(found.foretold()).isEmpty();
    assertThat(GradientSeed.of(List.of(run(1, List.of(Made.step(0, new double[][] {{1}}))))))
        .as("one head leads nobody")
        .isEmpty();
    assertThat(GradientSeed.of(List.of(run(1, List.of())))).isEmpty();
  }
}
