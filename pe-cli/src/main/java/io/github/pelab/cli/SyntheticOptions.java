package io.github.pelab.cli;

import io.github.pelab.cli.report.SchemeKernel;
import io.github.pelab.layers.scheme.PositionalScheme;
import io.github.pelab.layers.scheme.Schemes;
import io.github.pelab.spectra.ContractionExperiment;
import io.github.pelab.spectra.SyntheticContent;
import io.github.pelab.train.progress.Progress;
import io.github.pelab.train.spectra.SyntheticContraction;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** What random heads are drawn, and how often. */
final class SyntheticOptions {
  @Option(
      names = "--scheme",
      paramLabel = "SCHEME",
      description =
          "A scheme for random heads. Repeatable. Default: rope, alibi, t5 and sinusoidal; of runs, theirs.")
  private List<String> schemes;

  @Option(
      names = "--length",
      paramLabel = "N",
      description = "Their tokens. Default: 128; of runs, their task's longest.")
  private Integer length;

  @Option(
      names = "--head-size",
      paramLabel = "N",
      description = "Their head size. Default: 16; of runs, theirs.")
  private Integer headSize;

  @Option(
      names = "--heads",
      paramLabel = "N",
      description =
          "How many heads the model has: schemes may give each its own terms. Default: 16; of runs, theirs.")
  private Integer heads;

  @Option(
      names = "--trials",
      paramLabel = "N",
      defaultValue = "" + ContractionExperiment.FEWEST_TRIALS,
      description = "Draws of each. Default: ${DEFAULT-VALUE}, which is the fewest.")
  private int trials;

  @Option(
      names = "--noise",
      paramLabel = "SIGMA",
      split = ",",
      defaultValue = "0.1,0.3,1",
      description =
          "How far coherent tokens are from what they have in common. Default: ${DEFAULT-VALUE}.")
  private List<Double> noises;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of the draws. Default: ${DEFAULT-VALUE}.")
  private long seed;

  /** Where an option is not given. The schemes are those of heads of this shape. */
  record Defaults(List<String> schemes, int heads, int headSize, int length) {
    static final Defaults ALONE =
        new Defaults(List.of("rope", "alibi", "t5", "sinusoidal"), 16, 16, 128);
  }

  List<SyntheticContraction> run(Defaults defaults, Progress progress) {
    List<PositionalScheme> parsed = schemes(defaults).map(Schemes::parse).toList();
    List<SyntheticContent> contents = new ArrayList<>(List.of(SyntheticContent.iid()));
    for (double noise : noises) {
      if (!(noise > 0 && noise < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "noise: found %s; give a finite number above 0: equal keys leave no row-centred logits"
                .formatted(noise));
      }
      contents.add(SyntheticContent.coherent(noise));
    }
    contents.add(SyntheticContent.gram());
    return SyntheticContraction.run(parsed, contents, shape(defaults), progress);
  }

  /** Of the heads' schemes, and of {@code others}. */
  List<SchemeKernel> kernels(Defaults defaults, List<String> others) {
    SyntheticContraction.Shape shape = shape(defaults);
    return Stream.concat(schemes(defaults), others.stream())
        .distinct()
        .map(Schemes::parse)
        .flatMap(
            scheme ->
                SchemeKernel.of(
                    scheme, shape.heads(), shape.headSize(), shape.length(), shape.seed())
                    .stream())
        .toList();
  }

  private Stream<String> schemes(Defaults defaults) {
    return (schemes == null ? defaults.schemes() : schemes).stream().distinct();
  }

  private SyntheticContraction.Shape shape(Defaults defaults) {
    return new SyntheticContraction.Shape(
        heads == null ? defaults.heads() : heads,
        headSize == null ? defaults.headSize() : headSize,
        length == null ? defaults.length() : length,
        trials,
        seed);
  }
}
