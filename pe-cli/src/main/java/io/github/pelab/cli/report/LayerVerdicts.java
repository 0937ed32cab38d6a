package io.github.pelab.cli.report;

import io.github.pelab.ablation.AblationRow;
import io.github.pelab.ablation.SeedFractions;
import io.github.pelab.ablation.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How often each verdict came out for a layer, over the runs of a label under one intervention.
 *
 * @param seeds how many runs there are
 * @param verdicts those that came out, in the order of {@link Verdict}
 */
public record LayerVerdicts(
    String label,
    AblationRow.Intervention intervention,
    int layer,
    int seeds,
    List<Count> verdicts) {

  /**
   * A verdict that came out.
   *
   * @param fraction of the runs, with Wilson's interval; null where there are fewer than {@link
   *     SeedFractions#FEWEST_SEEDS}
   */
  public record Count(Verdict verdict, int seeds, SeedFractions.Fraction fraction) {}

  static LayerVerdicts of(
      String label, AblationRow.Intervention intervention, int layer, List<Verdict> verdicts) {
    SeedFractions fractions = SeedFractions.of(verdicts);
    List<Count> counts = new ArrayList<>();
    for (Map.Entry<Verdict, Integer> each : new TreeMap<>(fractions.counts()).entrySet()) {
      Optional<SeedFractions.Fraction> fraction =
          fractions.fraction(each.getKey(), Proportion.CONFIDENCE);
      counts.add(new Count(each.getKey(), each.getValue(), fraction.orElse(null)));
    }
    return new LayerVerdicts(label, intervention, layer, fractions.seeds(), counts);
  }
}
