package io.github.pelab.cli.report;

import static io.github.pelab.cli.report.Cell.printable;

import io.github.pelab.cli.spectra.Convergence;
import io.github.pelab.cli.spectra.GradientSeed;
import io.github.pelab.cli.spectra.SeedCorrelation;
import io.github.pelab.cli.spectra.TrainedContraction;
import io.github.pelab.spectra.Contraction;
import io.github.pelab.spectra.Interval;
import io.github.pelab.spectra.SampleMedian;
import io.github.pelab.train.spectra.SyntheticContraction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What {@code pe spectra} found, as plain text. */
public final class SpectraTable {
  private static final TextTable CONTRACTION =
      new TextTable(
          List.of(
              "logits of",
              "scheme or run",
              "pairs",
              "norm with / without",
              "95 % interval",
              "smaller in",
              "verdict",
              "row-centred",
              "95 % interval ",
              "verdict "),
          Set.of("pairs", "norm with / without", "smaller in", "row-centred"));

  private static final TextTable CORRELATION =
      new TextTable(
          List.of(
              "run", "ratio of norms", "against", "seeds", "ρ", "95 % interval", "q", "verdict"),
          Set.of("seeds", "ρ", "q"));

  private static final TextTable CONVERGENCE =
      new TextTable(
          List.of(
              "run",
              "seeds",
              "norm at start",
              "gradient at start",
              "steps to half the loss",
              "never",
              "loss at end"),
          Set.of("seeds", "never"));

  private static final TextTable TREND =
      new TextTable(
          List.of(
              "across scales of",
              "norm at start against",
              "seeds",
              "median ρ",
              "95 % interval",
              "q",
              "verdict"),
          Set.of("seeds", "median ρ", "q"));

  private static final TextTable SEED =
      new TextTable(
          List.of(
              "run",
              "gradient at",
              "runs",
              "lead, per layer toward shallow",
              "95 % interval",
              "largest is the head that ablation finds, first",
              "last"),
          Set.of("runs", "lead, per layer toward shallow"));

  private SpectraTable() {}

  /** A table for each question that the data answer; lines end with a line feed. */
  public static String text(SpectraData data) {
    StringBuilder text = new StringBuilder(CONTRACTION.text(contractions(data)));
    shapes(data).forEach(shape -> text.append("random heads: ").append(words(shape)).append('\n'));
    if (!data.correlations().isEmpty()) {
      text.append('\n')
          .append(CORRELATION.text(data.correlations().stream().map(SpectraTable::row).toList()));
    }
    if (data.convergence() != null) {
      List<Convergence.Label> labels = data.convergence().labels();
      text.append('\n').append(CONVERGENCE.text(labels.stream().map(SpectraTable::row).toList()));
      List<Convergence.Trend> trends = data.convergence().trends();
      if (!trends.isEmpty()) {
        text.append('\n').append(TREND.text(trends.stream().map(SpectraTable::row).toList()));
      }
    }
    if (!data.gradientSeeds().isEmpty()) {
      text.append('\n')
          .append(SEED.text(data.gradientSeeds().stream().map(SpectraTable::row).toList()));
    }
    return text.toString();
  }

  private static List<SyntheticContraction.Shape> shapes(SpectraData data) {
    return data.random().stream().map(RandomHead::shape).distinct().toList();
  }

  private static String brief(SyntheticContraction.Shape shape) {
    return "T = %d, K = %d, H = %d".formatted(shape.length(), shape.headSize(), shape.heads());
  }

  private static String words(SyntheticContraction.Shape shape) {
    return "%d tokens, head size %d, one of %d heads, %d draws from seed %d"
        .formatted(shape.length(), shape.headSize(), shape.heads(), shape.trials(), shape.seed());
  }

  private static List<List<String>> contractions(SpectraData data) {
    List<List<String>> rows = new ArrayList<>();
    boolean several = shapes(data).size() > 1;
    for (RandomHead each : data.random()) {
      rows.add(
          row(
              each.regime(),
              each.scheme()
                  + (each.head() == 0 ? "" : ", head " + each.head())
                  + (several ? ", " + brief(each.shape()) : ""),
              each.spectralNorm(),
              each.rowCentredNorm()));
    }
    for (TrainedContraction each : data.trained()) {
      rows.add(
          row(
              (each.shuffled() ? "shuffled, " : "trained, ")
                  + each.checkpoint()
                  + (each.runs() == 1 ? "" : ", %d seeds".formatted(each.runs())),
              each.label(),
              each.spectralNorm(),
              each.rowCentredNorm()));
    }
    return rows;
  }

  private static List<String> row(
      String regime, String of, Contraction norm, Contraction rowCentred) {
    return List.of(
        regime,
        printable(of),
        String.valueOf(norm.pairs()),
        number(norm.geometricMean()),
        interval(norm.meanInterval()),
        Cell.percent(norm.shareBelowOne()),
        verdict(norm.verdict()),
        number(rowCentred.geometricMean()),
        interval(rowCentred.meanInterval()),
        verdict(rowCentred.verdict()));
  }

  private static List<String> row(SeedCorrelation each) {
    return List.of(
        printable(each.label()),
        each.norm(),
        words(each.outcome()),
        String.valueOf(each.overall().pairs()),
        number(each.overall().rho()),
        interval(each.overall().interval()),
        number(each.adjustedP()),
        verdict(each.verdict()));
  }

  private static List<String> row(Convergence.Label each) {
    return List.of(
        printable(each.label()),
        String.valueOf(each.normAtStart().values()),
        median(each.normAtStart()),
        median(each.gradientAtStart()),
        median(each.stepsToHalf()),
        String.valueOf(each.neverHalf()),
        median(each.lossAtEnd()));
  }

  private static List<String> row(Convergence.Trend each) {
    return List.of(
        printable(each.labels().get(0)) + ", … (%d)".formatted(each.labels().size()),
        words(each.outcome()),
        String.valueOf(each.rho().values()),
        number(each.rho().value()),
        each.rho().interval() == null ? "" : interval(each.rho().interval()),
        number(each.adjustedP()),
        verdict(each.verdict()));
  }

  private static List<String> row(GradientSeed each) {
    return List.of(
        printable(each.label()),
        each.gradient(),
        String.valueOf(each.runs()),
        each.towardShallow() == null ? "" : number(each.towardShallow()),
        each.towardShallowInterval() == null ? "" : interval(each.towardShallowInterval()),
        each.foretold().isEmpty() ? "no deposit" : foretold(each.foretold().get(0)),
        each.foretold().isEmpty() ? "" : foretold(each.foretold().get(each.foretold().size() - 1)));
  }

  private static String foretold(GradientSeed.Foretold foretold) {
    return "%d of %d (chance %s), step %d"
        .formatted(
            foretold.hits(), foretold.deposits(), Cell.percent(foretold.chance()), foretold.step());
  }

  private static String verdict(Enum<?> verdict) {
    return verdict.name().replace('_', ' ');
  }

  private static String words(Enum<?> value) {
    return verdict(value).toLowerCase(Locale.ROOT);
  }

  private static String median(SampleMedian median) {
    return number(median.value())
        + (median.interval() == null ? "" : " " + interval(median.interval()));
  }

  private static String number(double number) {
    return String.format(Locale.ROOT, "%.3f", number);
  }

  private static String interval(Interval interval) {
    return "[" + number(interval.lower()) + ", " + number(interval.upper()) + "]";
  }
}
