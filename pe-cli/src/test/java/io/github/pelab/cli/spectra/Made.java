package io.github.pelab.cli.spectra;

import io.github.pelab.train.spectra.Measures;
import io.github.pelab.train.spectra.SpectraRow;
import io.github.pelab.train.spectra.SpectraRow.Head;
import io.github.pelab.train.spectra.SpectraRow.Layer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Rows of runs that never were. */
final class Made {
  private Made() {}

  /** Of one layer with two heads, whose logits have {@code ratio} times the content's norm. */
  static SpectraRow step(int step, double loss, double gradientNorm, double ratio) {
    Head head = new Head(measures(3 * ratio), measures(3), 1, 1, 1);
    return new SpectraRow(
        step, loss, gradientNorm, null, 10, List.of(new Layer(0, List.of(head, head))));
  }

  /** With gradients at logits, by layer and head, and half of them at the weights. */
  static SpectraRow step(int step, double[][] gradients) {
    List<Layer> layers =
        IntStream.range(0, gradients.length)
            .mapToObj(
                layer ->
                    new Layer(
                        layer,
                        Arrays.stream(gradients[layer])
                            .mapToObj(g -> new Head(measures(1), measures(1), g, g / 2, g / 2))
                            .toList()))
            .toList();
    return new SpectraRow(step, 1, 1, null, 10, layers);
  }

  private static Measures measures(double norm) {
    return new Measures(norm, norm / 2, norm, 2, 3);
  }

  static WatchedRun run(String label, int seed, List<SpectraRow> steps) {
    return new WatchedRun(
        label + " · seed " + seed, label, seed, label, true, steps, List.of(), List.of());
  }

  /** With logits that are {@code scale} times those of other runs of the scheme. */
  static WatchedRun scaled(String scheme, double scale, int seed, List<SpectraRow> steps) {
    String label = scheme + " · logitScale " + scale;
    return new WatchedRun(
        label + " · seed " + seed, label, seed, scheme, true, steps, List.of(), List.of());
  }
}
