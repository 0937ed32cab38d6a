package io.github.pelab.claims.metric;

import io.github.pelab.ablation.AblationRow;
import io.github.pelab.train.run.EvaluationRow;
import io.github.pelab.train.run.MetricsRow;
import io.github.pelab.train.run.RunDirectory;
import io.github.pelab.train.run.RunRecord;
import io.github.pelab.train.spectra.ContractionRow;
import io.github.pelab.train.spectra.SpectraRow;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a run's files say. */
public record RunRows(
    RunRecord run,
    List<MetricsRow> metrics,
    List<AblationRow> ablation,
    List<EvaluationRow> evaluations,
    List<SpectraRow> spectra,
    List<ContractionRow> contraction) {

  public RunRows {
    metrics = List.copyOf(metrics);
    ablation = List.copyOf(ablation);
    evaluations = List.copyOf(evaluations);
    spectra = List.copyOf(spectra);
    contraction = List.copyOf(contraction);
  }

  /** Those of {@code run}. */
  public static RunRows of(RunDirectory run) {
    return new RunRows(
        run.read(),
        run.rows(RunDirectory.METRICS, MetricsRow.class),
        run.rows(RunDirectory.ABLATION, AblationRow.class),
        run.rows(RunDirectory.EVALUATIONS, EvaluationRow.class),
        run.rows(RunDirectory.SPECTRA, SpectraRow.class),
        run.rows(RunDirectory.CONTRACTION, ContractionRow.class));
  }

  /** As training ended; empty before an epoch has. */
  public Optional<MetricsRow.Epoch> lastEpoch() {
    return epochs().max(Comparator.comparingInt(MetricsRow.Epoch::epoch));
  }

  /** Of training, without what was studied in between; 0 before the first epoch has ended. */
  public double seconds() {
    return lastEpoch().map(MetricsRow.Epoch::seconds).orElse(0.0);
  }

  Stream<MetricsRow.Epoch> epochs() {
    return metrics.stream()
        .filter(MetricsRow.Epoch.class::isInstance)
        .map(MetricsRow.Epoch.class::cast);
  }

  Stream<MetricsRow.Evaluation> results() {
    return metrics.stream()
        .filter(MetricsRow.Evaluation.class::isInstance)
        .map(MetricsRow.Evaluation.class::cast);
  }
}
