package io.github.pelab.cli.report;

import io.github.pelab.cli.spectra.WatchedRun;
import io.github.pelab.train.spectra.ContractionRow;
import io.github.pelab.train.spectra.ContractionRow.Head;
import io.github.pelab.train.spectra.ContractionRow.Quantiles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * How singular values and eigenvalues are distributed over all heads of a label's runs. Heads count
 * alike: what is here are quantiles of all heads' quantiles, each number with four digits.
 *
 * @param shuffled whether it is of the runs' randomised twins
 * @param runs how many
 * @param heads of all of them together
 * @param eigenvalues of the logits' symmetric parts
 */
public record LabelSpectrum(
    String label,
    String checkpoint,
    boolean shuffled,
    int runs,
    int heads,
    Quantiles singularValues,
    Quantiles eigenvalues) {
  private static final int DIGITS = 4;

  /** For each label, checkpoint, and networks or twins, of what was measured. */
  static List<LabelSpectrum> of(List<WatchedRun> watched) {
    record Group(String label, String checkpoint, boolean shuffled) {}
    Map<Group, Map<String, List<Head>>> groups = new LinkedHashMap<>();
    for (WatchedRun run : watched) {
      for (ContractionRow row : run.contraction()) {
        if (row instanceof Head head) {
          groups
              .computeIfAbsent(
                  new Group(run.label(), head.subject().checkpoint(), head.subject().shuffled()),
                  group -> new LinkedHashMap<>())
              .computeIfAbsent(run.id(), id -> new ArrayList<>())
              .add(head);
        }
      }
    }
    List<LabelSpectrum> spectra = new ArrayList<>();
    groups.forEach(
        (group, runs) -> {
          List<Head> heads = runs.values().stream().flatMap(List::stream).toList();
          spectra.add(
              new LabelSpectrum(
                  group.label(),
                  group.checkpoint(),
                  group.shuffled(),
                  runs.size(),
                  heads.size(),
                  pooled(heads, Head::singularValues),
                  pooled(heads, Head::eigenvalues)));
        });
    return spectra;
  }

  private static Quantiles pooled(List<Head> heads, Function<Head, Quantiles> of) {
    Quantiles all =
        Quantiles.of(
            heads.stream()
                .flatMap(head -> of.apply(head).logits().stream())
                .mapToDouble(Double::doubleValue),
            heads.stream()
                .flatMap(head -> of.apply(head).content().stream())
                .mapToDouble(Double::doubleValue));
    return new Quantiles(Rounded.to(DIGITS, all.logits()), Rounded.to(DIGITS, all.content()));
  }
}
