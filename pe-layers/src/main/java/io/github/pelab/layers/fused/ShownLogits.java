package io.github.pelab.layers.fused;

import io.github.pelab.layers.fast.ExpPolynomial;
import io.github.pelab.layers.heads.HeadLogits;
import io.github.pelab.layers.kernel.AttentionKernel.Head;
import io.github.pelab.layers.kernel.AttentionKernel.Inputs;
import io.github.pelab.layers.kernel.Rows;
import java.util.stream.IntStream;

/**
 * What an observer is shown of a head's logits in a sequence, by the formula of {@link
 * io.github.pelab.layers.kernel.AttentionKernel}, in double: with weights p, values v, outputs o
 * and the loss's gradient g at these,
 *
 * <pre>
 *   ∂loss/∂logit[i,j] = p[i,j] (dropped[i,j] g_i · v_j − g_i · o_i)
 * </pre>
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class ShownLogits<A> {
  private final Arithmetic<A> arithmetic;
  private final Sequence sequence;
  private final Head<A> head;
  private final ExpPolynomial polynomial;
  private final int[] real;

  /**
   * Of a head.
   *
   * @param polynomial for the exponential; null for none
   */
  ShownLogits(Arithmetic<A> arithmetic, Sequence sequence, Head<A> head, ExpPolynomial polynomial) {
    this.polynomial = polynomial;
    this.arithmetic = arithmetic;
    this.sequence = sequence;
    this.head = head;
    real =
        IntStream.range(0, head.tokens())
            .filter(t -> sequence.padding() == null || !sequence.padding()[t])
            .toArray();
  }

  /**
   * The logits.
   *
   * @param unturned queries and keys before rotation; its values are not looked at
   * @param logSum {@code [n]}
   * @param outputGradient {@code [n, V]}
   */
  HeadLogits of(
      int block,
      int number,
      Inputs<A> inputs,
      Inputs<A> unturned,
      Rows<A> output,
      A logSum,
      Rows<A> outputGradient) {
    double[][] logits = products(inputs.query(), inputs.key(), head.keySize(), head.scale());
    double[][] content = products(unturned.query(), unturned.key(), head.keySize(), head.scale());
    double[][] gradient = products(outputGradient, inputs.value(), head.valueSize(), 1);
    double[][] outputs = numbers(output, head.valueSize());
    double[][] slopes = numbers(outputGradient, head.valueSize());
    for (int i = 0; i < real.length; i++) {
      double along = product(slopes[i], outputs[i]);
      for (int j = 0; j < real.length; j++) {
        double unbiased = logits[i][j];
        if (head.lagBias() != null) {
          logits[i][j] += arithmetic.at(head.lagBias(), real[i] - real[j] + head.tokens() - 1);
        }
        double kept = head.dropout() == null ? 1 : head.dropout().at(real[i], real[j]);
        gradient[i][j] =
            weight(i, j, unbiased, logits[i][j], logSum) * (kept * gradient[i][j] - along);
      }
    }
    return new HeadLogits(block, sequence.index(), number, logits, content, gradient);
  }

  /** What a logit is worth: its weight, of which a polynomial's slope stands for its value. */
  private double weight(int i, int j, double content, double logit, A logSum) {
    boolean unseen =
        (head.causal() && real[j] > real[i])
            || (sequence.hidden() != null && sequence.hidden()[real[j]]);
    double sum = arithmetic.at(logSum, real[i]);
    if (unseen || sum == Double.NEGATIVE_INFINITY) {
      return 0;
    }
    return polynomial == null
        ? Math.exp(logit - sum)
        : polynomial.slope(content) * Math.exp(logit - content - sum);
  }

  private double[][] products(Rows<A> left, Rows<A> right, int width, double scale) {
    double[][] rows = numbers(left, width);
    double[][] columns = numbers(right, width);
    double[][] products = new double[real.length][real.length];
    for (int i = 0; i < real.length; i++) {
      for (int j = 0; j < real.length; j++) {
        products[i][j] = scale * product(rows[i], columns[j]);
      }
    }
    return products;
  }

  private static double product(double[] left, double[] right) {
    double sum = 0;
    for (int c = 0; c < left.length; c++) {
      sum += left[c] * right[c];
    }
    return sum;
  }

  /** Of real tokens. */
  private double[][] numbers(Rows<A> rows, int width) {
    double[][] numbers = new double[real.length][width];
    for (int i = 0; i < real.length; i++) {
      int at = rows.offset() + real[i] * rows.stride();
      for (int c = 0; c < width; c++) {
        numbers[i][c] = arithmetic.at(rows.data(), at + c);
      }
    }
    return numbers;
  }
}
