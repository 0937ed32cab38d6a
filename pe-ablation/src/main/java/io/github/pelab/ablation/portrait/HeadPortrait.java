package io.github.pelab.ablation.portrait;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;

/**
 * One line of {@code heads.jsonl}: where a head looks and how much it says. Only tokens count, as
 * queries and as keys; a batch's padding does not, and in a causal model no key behind its query.
 * Of a model that sees padding, what it looks at there is left out, and its weights sum to less
 * than 1. Layers and heads count from 0.
 *
 * <p>How positional a head is, is told by the share of its attention that lag alone explains. With
 * d the weight of a pair of query and key less 1/n, n the keys that the query sees,
 *
 * <pre>
 * positional = Σ_lag (Σ d)² / N_lag / Σ d²
 * </pre>
 *
 * where the inner sum is over the N_lag pairs of that lag, the last one over all pairs. It is 1
 * where d depends on lag alone, and near 0 where only content decides. Attention that is a softmax
 * of a bias by lag comes near 1, but not to it: at an example's ends fewer keys share the weight.
 *
 * @param checkpoint which one was watched
 * @param split whose examples it was given
 * @param examples how many, from the first
 * @param lags attention by lag
 * @param classes attention by class of query and key; pairs of classes of which there was no query
 *     are left out
 * @param positional how much of the attention lag alone explains, 0 to 1, as above; null where
 *     attention is uniform to rounding
 * @param contribution √(mean over tokens of ‖c‖²), c what the head adds to the attention's output
 * @param contributionShare {@code contribution} divided by the same of the attention's whole
 *     output, which may be smaller: heads can cancel; null where that is 0
 */
public record HeadPortrait(
    String checkpoint,
    String split,
    int examples,
    int layer,
    int head,
    Lags lags,
    List<ClassAttention> classes,
    @JsonSetter(nulls = Nulls.SET) Double positional,
    double contribution,
    @JsonSetter(nulls = Nulls.SET) Double contributionShare) {

  public HeadPortrait {
    classes = List.copyOf(classes);
  }

  /**
   * Attention by lag, query's position − key's: 1 is the token before. Lags beyond ±{@link
   * Portraits#LARGEST_LAG} are left out.
   *
   * @param first the smallest lag; the others follow one by one
   * @param weights mean weight over the pairs of each lag
   * @param uniform the same if every query looked at all that it sees alike
   * @param pairs of query and key, for each lag
   */
  public record Lags(int first, List<Double> weights, List<Double> uniform, List<Long> pairs) {
    public Lags {
      weights = List.copyOf(weights);
      uniform = List.copyOf(uniform);
      pairs = List.copyOf(pairs);
      if (weights.size() != pairs.size() || uniform.size() != pairs.size()) {
        throw new IllegalArgumentException(
            "pairs: %d against %d in weights and %d in uniform; give all three for each lag"
                .formatted(pairs.size(), weights.size(), uniform.size()));
      }
    }
  }

  /**
   * How much of their attention queries of one class give to all keys of another together.
   *
   * @param query name of the queries' class
   * @param key name of the keys' class
   * @param weight mean over the queries of the summed weight of these keys, 0 to 1
   * @param uniform the same if every query looked at all that it sees alike
   * @param queries of that class
   */
  public record ClassAttention(
      String query, String key, double weight, double uniform, long queries) {}
}
