package io.github.pelab.ablation;

import io.github.pelab.ablation.AblationRow.Interval;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * How often each verdict came out over the training seeds of one scheme: the same layer, or
 * whatever single finding a scheme is asked about, once per seed. Layers of one model are not
 * independent; do not pool them here.
 *
 * @param counts seeds per verdict; a verdict that never came out may be absent
 */
public record SeedFractions(Map<Verdict, Integer> counts) {

  /** Below this many seeds no fraction is called. */
  public static final int FEWEST_SEEDS = 10;

  /** A fraction of seeds with its Wilson interval. */
  public record Fraction(double value, Interval interval) {}

  public SeedFractions {
    counts.forEach(
        (verdict, seeds) -> {
          if (seeds < 0) {
            throw new IllegalArgumentException(
                "counts: %d seeds with %s; give a number from 0 on".formatted(seeds, verdict));
          }
        });
    counts = Map.copyOf(counts);
  }

  /** Counts one verdict per seed. */
  public static SeedFractions of(Collection<Verdict> perSeed) {
    Map<Verdict, Integer> counts = new EnumMap<>(Verdict.class);
    perSeed.forEach(verdict -> counts.merge(verdict, 1, Integer::sum));
    return new SeedFractions(counts);
  }

  /** All seeds. */
  public int seeds() {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Seeds with this verdict. */
  public int count(Verdict verdict) {
    return counts.getOrDefault(verdict, 0);
  }

  /** The fraction of seeds with this verdict; empty below {@link #FEWEST_SEEDS}. */
  public Optional<Fraction> fraction(Verdict verdict, double confidence) {
    int seeds = seeds();
    if (seeds < FEWEST_SEEDS) {
      return Optional.empty();
    }
    return Optional.of(
        new Fraction(
            (double) count(verdict) / seeds,
            PairedTable.wilson(count(verdict), seeds, confidence)));
  }
}
