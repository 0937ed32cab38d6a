package io.github.pelab.cli.report;

import io.github.pelab.cli.spectra.Convergence;
import io.github.pelab.cli.spectra.GradientSeed;
import io.github.pelab.cli.spectra.SeedCorrelation;
import io.github.pelab.cli.spectra.TrainedContraction;
import io.github.pelab.cli.spectra.WatchedRun;
import io.github.pelab.train.spectra.SyntheticContraction;
import java.util.List;

/**
 * What a report says of spectra.
 *
 * @param random empty if no heads were drawn
 * @param convergence null if fewer than two labels' training was watched
 * @param distributions of trained networks and their twins
 * @param runs those whose training was watched
 * @param kernels of the schemes of heads and runs
 */
public record SpectraData(
    List<RandomHead> random,
    List<TrainedContraction> trained,
    List<SeedCorrelation> correlations,
    Convergence convergence,
    List<GradientSeed> gradientSeeds,
    List<LabelSpectrum> distributions,
    List<RunSpectra> runs,
    List<SchemeKernel> kernels) {

  /** Of the runs that say something of spectra. */
  static SpectraData of(
      List<WatchedRun> runs, List<SyntheticContraction> synthetic, List<SchemeKernel> kernels) {
    List<WatchedRun> watched =
        runs.stream()
            .filter(run -> !run.steps().isEmpty() || !run.contraction().isEmpty())
            .toList();
    return new SpectraData(
        synthetic.stream().map(RandomHead::of).toList(),
        TrainedContraction.of(watched),
        SeedCorrelation.of(watched),
        Convergence.of(watched).orElse(null),
        GradientSeed.of(watched),
        LabelSpectrum.of(watched),
        watched.stream().filter(run -> !run.steps().isEmpty()).map(RunSpectra::of).toList(),
        kernels);
  }
}
