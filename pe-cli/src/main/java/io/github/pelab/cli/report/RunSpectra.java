package io.github.pelab.cli.report;

import io.github.pelab.cli.spectra.WatchedRun;
import io.github.pelab.train.spectra.Measures;
import io.github.pelab.train.spectra.SpectraRow;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A run's heads during training, as the page draws them: each number with four digits.
 *
 * @param run its id
 * @param steps one at least
 */
public record RunSpectra(String run, String label, List<Step> steps) {
  private static final int DIGITS = 4;

  public RunSpectra {
    steps = List.copyOf(steps);
  }

  /**
   * A step.
   *
   * @param layers each layer's heads
   */
  public record Step(int step, double loss, double gradientNorm, List<List<Head>> layers) {
    public Step {
      layers = layers.stream().map(List::copyOf).toList();
    }
  }

  /**
   * A head; null where softmax sees nothing of its logits.
   *
   * @param ratio of the spectral norm with positions to that without
   * @param rowCentredRatio the same of the row-centred logits
   * @param spectralNorm of the logits
   * @param logitGradient norm of the loss's gradient at the logits
   */
  public record Head(
      Double ratio, Double rowCentredRatio, Double spectralNorm, double logitGradient) {}

  static RunSpectra of(WatchedRun run) {
    return new RunSpectra(
        run.id(), run.label(), run.steps().stream().map(RunSpectra::step).toList());
  }

  private static Step step(SpectraRow row) {
    return new Step(
        row.step(),
        rounded(row.loss()),
        rounded(row.gradientNorm()),
        row.layers().stream()
            .map(layer -> layer.heads().stream().map(RunSpectra::head).toList())
            .toList());
  }

  private static Head head(SpectraRow.Head head) {
    return new Head(
        ratio(head, Measures::spectralNorm),
        ratio(head, Measures::rowCentredNorm),
        head.logits() == null ? null : Double.valueOf(rounded(head.logits().spectralNorm())),
        rounded(head.logitGradient()));
  }

  private static Double ratio(SpectraRow.Head head, ToDoubleFunction<Measures> norm) {
    return head.logits() == null || head.content() == null
        ? null
        : Double.valueOf(
            rounded(norm.applyAsDouble(head.logits()) / norm.applyAsDouble(head.content())));
  }

  private static double rounded(double value) {
    return Rounded.to(DIGITS, value);
  }
}
