package io.github.pelab.train.spectra;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.github.pelab.spectra.Contraction;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * One line of {@code contraction.jsonl}: a trained network's logits with positions, against those
 * of the same queries and keys without rotation and lag bias. Layers and heads count from 0. The
 * field {@code kind} says which.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ContractionRow.Head.class, name = "head"),
  @JsonSubTypes.Type(value = ContractionRow.Network.class, name = "network")
})
public sealed interface ContractionRow {
  /** What was measured. */
  Subject subject();

  /**
   * A network.
   *
   * @param checkpoint {@code best} or {@code last}
   * @param step updates that the checkpoint was written after
   * @param shuffled whether the entries of each of its weight matrices were shuffled: its
   *     randomised twin
   */
  record Subject(String checkpoint, int step, boolean shuffled) {}

  /**
   * A head, over examples of the test split.
   *
   * @param examples with more than a token, and with logits that softmax sees something of, with
   *     positions and without
   * @param logits as the head has them
   * @param content without positions
   * @param singularValues of both, over all examples
   * @param eigenvalues of the symmetric parts of both, likewise
   */
  record Head(
      Subject subject,
      int layer,
      int head,
      int examples,
      Measures logits,
      Measures content,
      Quantiles singularValues,
      Quantiles eigenvalues)
      implements ContractionRow {}

  /**
   * A distribution with positions and without.
   *
   * @param logits its quantiles at 0, 1/32 … 1
   * @param content likewise
   */
  record Quantiles(List<Double> logits, List<Double> content) {
    private static final int PARTS = 32;

    public Quantiles {
      if (logits.size() != PARTS + 1 || content.size() != PARTS + 1) {
        throw new IllegalArgumentException(
            "quantiles: found %d and %d; give %d of both"
                .formatted(logits.size(), content.size(), PARTS + 1));
      }
      logits = List.copyOf(logits);
      content = List.copyOf(content);
    }

    /** Of values in any order, one at least of both. */
    public static Quantiles of(DoubleStream logits, DoubleStream content) {
      return new Quantiles(quantiles(logits), quantiles(content));
    }

    private static List<Double> quantiles(DoubleStream values) {
      double[] sorted = values.sorted().toArray();
      return IntStream.rangeClosed(0, PARTS)
          .mapToObj(part -> sorted[(int) ((long) part * (sorted.length - 1) / PARTS)])
          .toList();
    }
  }

  /**
   * All heads that see positions together. An example is a pair: the geometric mean over heads of
   * the spectral norm with positions, and of that without. So the intervals say how sure it is of
   * this network, not of others that are trained alike.
   *
   * @param heads how many
   * @param spectralNorm of the logits
   * @param rowCentredNorm of the row-centred logits
   */
  record Network(Subject subject, int heads, Contraction spectralNorm, Contraction rowCentredNorm)
      implements ContractionRow {}
}
