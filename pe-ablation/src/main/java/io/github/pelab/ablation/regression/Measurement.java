package io.github.pelab.ablation.regression;

import io.github.pelab.ablation.Verdict;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A trained and ablated member of a config, condensed to what is compared from night to night.
 *
 * @param member its label, for instance {@code rope-seed1}
 * @param configuration what it is called apart from its seed, for instance {@code rope}
 * @param configurationHash SHA-256 of the canonical JSON of its effective config without the seed
 * @param configHash the same with the seed
 * @param fingerprint of machine and software, as its run recorded it: for equal ones all else here
 *     is promised to be equal to the bit
 * @param correct examples of the test split that the best checkpoint has right, of {@code total}
 * @param loss its mean cross-entropy on the test split, in nats
 * @param parameters SHA-256 of that checkpoint's parameters
 * @param layers what ablating them gave
 * @param rows SHA-256, by kind, of all rows of its ablation, every example's outcome among them,
 *     and of its heads' portraits
 * @param probe see {@link Probe#numbers()}
 * @param faults what the member's own checks found, see {@link SelfCheck}; empty if all is well
 */
public record Measurement(
    String member,
    String configuration,
    String configurationHash,
    String configHash,
    String fingerprint,
    long correct,
    long total,
    double loss,
    String parameters,
    List<Layer> layers,
    Map<String, String> rows,
    List<Double> probe,
    List<String> faults) {
  private static final int MOST_LAYERS = 1000;
  private static final int MOST_HEADS = 65_536;
  private static final int MOST_NUMBERS = 100_000;
  private static final int MOST_KINDS = 100;
  private static final int MOST_FAULTS = 100;
  private static final int SHA_256 = 64;

  public Measurement {
    Check.text("member", member);
    Check.text("configuration", configuration);
    Check.digest("configurationHash", configurationHash, SHA_256);
    Check.digest("configHash", configHash, SHA_256);
    Check.digest("fingerprint", fingerprint, 16);
    Check.that(
        total >= 1 && total <= Integer.MAX_VALUE, "total", total, "choose 1 example or more");
    Check.that(correct >= 0 && correct <= total, "correct", correct, "choose 0 to " + total);
    Check.that(loss >= 0 && loss < 1e6, "loss", loss, "choose a number from 0 to below 1000000");
    Check.digest("parameters", parameters, SHA_256);
    layers = Check.list("layers", layers, MOST_LAYERS);
    for (Layer layer : layers) {
      for (long right : layer.right()) {
        Check.that(right >= 0 && right <= total, "right", right, "choose 0 to " + total);
      }
    }
    Check.that(rows.size() <= MOST_KINDS, "rows", rows.size() + " kinds", "use at most 100");
    for (Map.Entry<String, String> kind : rows.entrySet()) {
      Check.text("rows", kind.getKey());
      Check.digest("rows." + kind.getKey(), kind.getValue(), SHA_256);
    }
    rows = Collections.unmodifiableMap(new TreeMap<>(rows));
    probe = Check.list("probe", probe, MOST_NUMBERS);
    for (double probability : probe) {
      Check.that(
          probability >= 0 && probability <= 1, "probe", probability, "choose numbers from 0 to 1");
    }
    faults = Check.list("faults", faults, MOST_FAULTS);
  }

  /**
   * An attention's ablation on the test split.
   *
   * @param right examples that are right with head h alone ablated, at index h
   */
  public record Layer(Verdict verdict, List<Long> right) {
    public Layer {
      right = Check.list("right", right, MOST_HEADS);
      Check.that(!right.isEmpty(), "right", "no head", "give each head's count");
    }
  }

  /** Fraction right, 0 to 1. */
  public double accuracy() {
    return (double) correct / total;
  }

  /** By how much accuracy falls, in points of 1, without the head of a layer that costs most. */
  double topDrop(int layer) {
    long fewest = layers.get(layer).right().stream().mapToLong(Long::longValue).min().orElseThrow();
    return (double) (correct - fewest) / total;
  }
}
