package io.github.pelab.cli.report;

import io.github.pelab.cli.spectra.Convergence;
import io.github.pelab.cli.spectra.GradientSeed;
import io.github.pelab.cli.spectra.SeedCorrelation;
import io.github.pelab.cli.spectra.TrainedContraction;
import io.github.pelab.cli.spectra.WatchedRun;
import io.github.pelab.train.spectra.SyntheticContraction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a report says of spectra. A run that is given twice counts once, and what is said of
 * training is of runs whose training has ended.
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
    List<WatchedRun> counted = counted(watched);
    List<WatchedRun> ended = counted.stream().filter(WatchedRun::finished).toList();
    return new SpectraData(
        synthetic.stream().map(RandomHead::of).toList(),
        TrainedContraction.of(counted),
        SeedCorrelation.of(ended),
        Convergence.of(ended).orElse(null),
        GradientSeed.of(ended),
        LabelSpectrum.of(counted),
        watched.stream().filter(run -> !run.steps().isEmpty()).map(RunSpectra::of).toList(),
        kernels);
  }

  /** One of each label and seed: a copy of a run is no other seed. */
  private static List<WatchedRun> counted(List<WatchedRun> runs) {
    record Draw(String label, long seed) {}
    Map<Draw, WatchedRun> draws = new LinkedHashMap<>();
    for (WatchedRun run : runs) {
      draws.putIfAbsent(new Draw(run.label(), run.seed()), run);
    }
    return List.copyOf(draws.values());
  }
}
