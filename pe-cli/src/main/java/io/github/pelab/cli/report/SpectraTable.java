package io.github.pelab.cli.report;

import static io.github.pelab.cli.report.Cell.printable;

import io.github.pelab.cli.spectra.GradientSeed;
import io.github.pelab.cli.spectra.SeedCorrelation;
import io.github.pelab.cli.spectra.TrainedContraction;
import io.github.pelab.spectra.Contraction;
import io.github.pelab.spectra.Interval;
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
          List.of("run", "ratio of norms", "against", "seeds", "ρ", "95 % interval", "verdict"),
          Set.of("seeds", "ρ"));

  private static final TextTable SEED =
      new TextTable(
          List.of(
              "run",
              "gradient at",
              "runs",
              "lead, per layer toward shallow",
              "95 % interval",
              "foretold by the first",
              "by the last"),
          Set.of("runs", "lead, per layer toward shallow"));

  private SpectraTable() {}

  /** A table for each question that the data answer; lines end with a line feed. */
  public static String text(SpectraData data) {
    StringBuilder text = new StringBuilder(CONTRACTION.text(contractions(data)));
    if (!data.correlations().isEmpty()) {
      text.append('\n')
          .append(CORRELATION.text(data.correlations().stream().map(SpectraTable::row).toList()));
    }
    if (!data.gradientSeeds().isEmpty()) {
      text.append('\n')
          .append(SEED.text(data.gradientSeeds().stream().map(SpectraTable::row).toList()));
    }
    return text.toString();
  }

  private static List<List<String>> contractions(SpectraData data) {
    List<List<String>> rows = new ArrayList<>();
    for (RandomHead each : data.random()) {
      rows.add(
          row(
              each.regime(),
              each.scheme() + (each.head() == 0 ? "" : ", head " + each.head()),
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
        each.outcome().name().toLowerCase(Locale.ROOT).replace('_', ' '),
        String.valueOf(each.overall().pairs()),
        number(each.overall().rho()),
        interval(each.overall().interval()),
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

  private static String number(double number) {
    return String.format(Locale.ROOT, "%.3f", number);
  }

  private static String interval(Interval interval) {
    return "[" + number(interval.lower()) + ", " + number(interval.upper()) + "]";
  }
}
