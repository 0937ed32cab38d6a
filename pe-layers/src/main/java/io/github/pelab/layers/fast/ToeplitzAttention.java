package io.github.pelab.layers.fast;

import io.github.pelab.layers.kernel.AttentionKernel.Head;
import io.github.pelab.layers.kernel.AttentionKernel.Inputs;
import io.github.pelab.layers.kernel.FeatureKernel;
import io.github.pelab.layers.kernel.Monomials;
import io.github.pelab.layers.kernel.Rows;
import io.github.pelab.layers.scheme.LagKernel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.transform.DftNormalization;
import org.apache.commons.math3.transform.FastFourierTransformer;
import org.apache.commons.math3.transform.TransformType;

/**
 * Attention by rescaled Toeplitz matrices (Fast RoPE Attention, arXiv 2505.11892), in O(n log n)
 * for any scheme whose logits depend on positions through the lag: rotations, lag biases, windows,
 * a causal mask. Legend: n tokens, D pairs of components, r = i − j lag, s scale, V size of values.
 *
 * <pre>
 *   logit[i,j] = s Re Σ_p q_p(i) conj(k_p(j)) w_p(r) + bias(r)        w_p = cos_p + i sin_p, by lag
 *   weight[i,j] = p(logit without bias) · e^bias(r)
 * </pre>
 *
 * With each pair and its conjugate for two of 2D factors u_v(i) k_v(j) w_v(r), p of their sum is a
 * sum over monomials, and each of these is diag(a) T diag(b), with T the Toeplitz matrix of e^bias
 * and the monomial's own w, a corner of a circulant one, which the Fourier transform diagonalises.
 * Monomials that are one another's conjugates give conjugate numbers, and one of both is computed.
 *
 * <p>Transforms round by what is largest among all lags: what a query mixes whose keys all have a
 * bias far below that is lost, and mixed anew pair by pair. Where there is neither bias nor window
 * {@link FeatureAttention} gives the same for less: a rotation needs no Fourier transform.
 */
public final class ToeplitzAttention {
  private static final int RE = 0;
  private static final int IM = 1;
  private static final double ROUNDOFF = 0x1p-53;

  /** How much larger than what transforms round a sum of weights must be. */
  private static final double TRUSTED = 1e10;

  private final ExpPolynomial polynomial;

  /** Attention with this polynomial for the exponential. */
  public ToeplitzAttention(ExpPolynomial polynomial) {
    this.polynomial = polynomial;
  }

  /**
   * Attends.
   *
   * @param head without a lag bias, which is the kernel's, and without dropout
   * @param kernel by lag, for {@code head.tokens()} tokens
   * @param inputs queries and keys not rotated: the kernel does it
   * @param output {@code [n, V]}, overwritten
   * @param logSum {@code [n]}, overwritten: the logarithm of each query's sum of weights
   * @return what no number of the output is off by more than
   * @throws IllegalStateException if logits may be larger than the polynomial's bound
   * @throws IllegalArgumentException if head and kernel do not fit each other
   */
  public double attend(
      Head<double[]> head,
      LagKernel kernel,
      Inputs<double[]> inputs,
      Rows<double[]> output,
      double[] logSum) {
    if (head.lagBias() != null || head.dropout() != null) {
      throw new IllegalArgumentException(
          "give the lag bias with the kernel, and no dropout: weights are never held");
    }
    int pairs = (head.keySize() + 1) / 2;
    if (kernel.length() != head.tokens() || kernel.cos().length != pairs) {
      throw new IllegalArgumentException(
          "kernel for %d tokens and %d pairs, head of %d tokens and %d pairs; make one that fits"
              .formatted(kernel.length(), kernel.cos().length, head.tokens(), pairs));
    }
    LogitBound.require(polynomial, largestFactor(kernel) * LogitBound.of(head, inputs).largest());
    Terms terms = new Terms(head, kernel, inputs);
    terms.addAll();
    terms.mixAnewWhatIsLost();
    Mix<double[]> mix = Mix.of(head, inputs);
    mix.divide(terms.mixed, 0, head.tokens(), output, logSum);
    return polynomial.outputError(FeatureKernel.DOUBLE) * mix.largest(inputs.value());
  }

  /**
   * Numbers in all levels of all transforms: two transforms a column and one a monomial, of which
   * conjugates share theirs.
   *
   * @param tokens n
   * @param keySize numbers in a query or key
   * @param valueSize V
   * @param degree of the polynomial
   */
  public static double work(int tokens, int keySize, int valueSize, int degree) {
    double order = 2.0 * Integer.highestOneBit(2 * tokens - 1);
    double transforms =
        Monomials.count(keySize + keySize % 2, degree) / 2 * (2 * (valueSize + 1) + 1);
    return transforms * order * (Math.log(order) / Math.log(2));
  }

  /** What a lag multiplies a pair by, at most: 1 for rotations. */
  private static double largestFactor(LagKernel kernel) {
    double largest = 0;
    for (int p = 0; p < kernel.cos().length; p++) {
      for (int at = 0; at < kernel.cos()[p].length; at++) {
        largest = Math.max(largest, Math.hypot(kernel.cos()[p][at], kernel.sin()[p][at]));
      }
    }
    return largest;
  }

  /**
   * The monomials' terms, one after another, each made of the one that it is a factor more than.
   */
  private final class Terms {
    private final int tokens;
    private final int pairs;
    private final int columns;
    private final int order;

    /** Factors, {@code [2D][re, im][n]}: a pair's conjugate is D further on. */
    private final double[][][] queries;

    private final double[][][] keys;

    /** {@code [2D][re, im][2n − 1]}. */
    private final double[][][] lags;

    private final double[] values;
    private final Rows<double[]> mixed;

    /** Of the monomial at hand how often each factor occurs. */
    private final int[] exponents;

    private final List<Term> byDegree = new ArrayList<>();
    private final double[][] circulant;
    private final double[][] signal;

    Terms(Head<double[]> head, LagKernel kernel, Inputs<double[]> inputs) {
      tokens = head.tokens();
      pairs = kernel.cos().length;
      columns = head.valueSize() + 1;
      order = Math.max(2, Integer.highestOneBit(2 * tokens - 1) * 2);
      queries = factors(inputs.query(), head, head.scale() / polynomial.bound() / 2, false);
      keys = factors(inputs.key(), head, 1, true);
      Mix<double[]> mix = Mix.of(head, inputs);
      for (int j = 0; j < tokens; j++) {
        if (!mix.sees(j)) {
          clear(keys, j);
        }
      }
      lags = new double[2 * pairs][2][];
      for (int p = 0; p < pairs; p++) {
        lags[p][RE] = kernel.cos()[p];
        lags[p][IM] = kernel.sin()[p];
        lags[p + pairs][RE] = kernel.cos()[p];
        lags[p + pairs][IM] = negative(kernel.sin()[p]);
      }
      values = new double[tokens * columns];
      mix.values(inputs.value(), 0, tokens, new Rows<>(values, 0, columns));
      mixed = new Rows<>(new double[tokens * columns], 0, columns);
      exponents = new int[2 * pairs];
      circulant = new double[2][order];
      signal = new double[2][order];
      for (int m = 0; m <= polynomial.degree(); m++) {
        byDegree.add(new Term(tokens));
      }
      Term constant = byDegree.get(0);
      Arrays.fill(constant.query[RE], 1);
      Arrays.fill(constant.key[RE], 1);
      for (int at = 0; at < constant.lag[RE].length; at++) {
        boolean seen = !head.causal() || at >= tokens - 1;
        constant.lag[RE][at] = seen ? Math.exp(kernel.bias()[at]) : 0;
      }
    }

    /** Pairs as complex numbers, scaled, and their conjugates; an odd component has no partner. */
    private double[][][] factors(
        Rows<double[]> rows, Head<double[]> head, double scale, boolean conjugate) {
      double[][][] factors = new double[2 * pairs][2][tokens];
      for (int p = 0; p < pairs; p++) {
        for (int i = 0; i < tokens; i++) {
          int at = rows.offset() + i * rows.stride() + 2 * p;
          factors[p][RE][i] = scale * rows.data()[at];
          if (2 * p + 1 < head.keySize()) {
            factors[p][IM][i] = (conjugate ? -scale : scale) * rows.data()[at + 1];
          }
        }
        factors[p + pairs][RE] = factors[p][RE];
        factors[p + pairs][IM] = negative(factors[p][IM]);
      }
      return factors;
    }

    /** So that powers of what is not seen are numbers. */
    private static void clear(double[][][] factors, int j) {
      for (double[][] factor : factors) {
        factor[RE][j] = 0;
        factor[IM][j] = 0;
      }
    }

    void addAll() {
      add(0, 1);
      more(1, 0, 1);
    }

    /**
     * Adds the monomials that are one factor more than that of degree {@code degree − 1}, and all
     * that are made of them.
     *
     * @param first factor that may be added, so that none comes twice
     * @param orders in how many orders the factors of the monomial may stand
     */
    private void more(int degree, int first, double orders) {
      for (int v = first; degree <= polynomial.degree() && v < 2 * pairs; v++) {
        exponents[v]++;
        Term from = byDegree.get(degree - 1);
        Term to = byDegree.get(degree);
        multiply(from.query, queries[v], to.query);
        multiply(from.key, keys[v], to.key);
        multiply(from.lag, lags[v], to.lag);
        double ordersOfThis = orders * degree / exponents[v];
        add(degree, ordersOfThis);
        more(degree + 1, v, ordersOfThis);
        exponents[v]--;
      }
    }

    /** Adds the monomial at hand and its conjugate, unless that one does it. */
    private void add(int degree, double orders) {
      int side = side();
      if (side >= 0) {
        double factor = polynomial.coefficients()[degree] * orders * (side == 0 ? 1 : 2);
        add(byDegree.get(degree), factor);
      }
    }

    /** 0 for a monomial that is its own conjugate; of two that are each other's, 1 and −1. */
    private int side() {
      return Arrays.compare(exponents, 0, pairs, exponents, pairs, 2 * pairs);
    }

    /** mixed ← mixed + factor · Re diag(query) T diag(key) values. */
    private void add(Term term, double factor) {
      circulate(term.lag);
      for (int c = 0; c < columns; c++) {
        for (int j = 0; j < tokens; j++) {
          signal[RE][j] = term.key[RE][j] * values[j * columns + c];
          signal[IM][j] = term.key[IM][j] * values[j * columns + c];
        }
        convolve();
        for (int i = 0; i < tokens; i++) {
          mixed.data()[i * columns + c] +=
              factor * (term.query[RE][i] * signal[RE][i] - term.query[IM][i] * signal[IM][i]);
        }
      }
    }

    /** Of queries that see no key too: rounding is all that transforms give them. */
    void mixAnewWhatIsLost() {
      double coefficients = Arrays.stream(polynomial.coefficients()).map(Math::abs).sum();
      double rounding =
          ROUNDOFF
              * coefficients
              * Math.log(order)
              * length(byDegree.get(0).lag[RE], 0, 1)
              * length(values, columns - 1, columns);
      for (int i = 0; i < tokens; i++) {
        if (!(mixed.data()[(i + 1) * columns - 1] > TRUSTED * rounding)) {
          mixAnew(i);
        }
      }
    }

    /** √Σx² of every {@code step}-th number. */
    private static double length(double[] numbers, int first, int step) {
      double squares = 0;
      for (int at = first; at < numbers.length; at += step) {
        squares += numbers[at] * numbers[at];
      }
      return Math.sqrt(squares);
    }

    private void mixAnew(int i) {
      Arrays.fill(mixed.data(), i * columns, (i + 1) * columns, 0);
      for (int j = 0; j < tokens; j++) {
        int lag = i - j + tokens - 1;
        double weight = byDegree.get(0).lag[RE][lag];
        if (weight != 0) {
          double logit = 2 * polynomial.bound() * halfLogit(i, j, lag);
          Precision.DOUBLE.add(
              new Rows<>(values, 0, columns),
              j,
              weight * polynomial.value(logit),
              columns,
              mixed,
              i);
        }
      }
    }

    /** Σ_p Re query_p(i) key_p(j) w_p(lag): the other half are its conjugates. */
    private double halfLogit(int i, int j, int lag) {
      double sum = 0;
      for (int p = 0; p < pairs; p++) {
        double re = queries[p][RE][i] * keys[p][RE][j] - queries[p][IM][i] * keys[p][IM][j];
        double im = queries[p][RE][i] * keys[p][IM][j] + queries[p][IM][i] * keys[p][RE][j];
        sum += re * lags[p][RE][lag] - im * lags[p][IM][lag];
      }
      return sum;
    }

    /** The transform of numbers by lag, as the circulant matrix that has them in its corner. */
    private void circulate(double[][] byLag) {
      for (double[] part : circulant) {
        Arrays.fill(part, 0);
      }
      for (int at = 0; at < 2 * tokens - 1; at++) {
        int place = Math.floorMod(at - tokens + 1, order);
        circulant[RE][place] = byLag[RE][at];
        circulant[IM][place] = byLag[IM][at];
      }
      transform(circulant, TransformType.FORWARD);
    }

    /** The circulant matrix times the signal, of which n numbers are given. */
    private void convolve() {
      Arrays.fill(signal[RE], tokens, order, 0);
      Arrays.fill(signal[IM], tokens, order, 0);
      transform(signal, TransformType.FORWARD);
      multiply(signal, circulant, signal);
      transform(signal, TransformType.INVERSE);
    }
  }

  /** diag(query) T diag(key): complex numbers as {@code [re, im][…]}. */
  private static final class Term {
    private final double[][] query;
    private final double[][] key;
    private final double[][] lag;

    Term(int tokens) {
      query = new double[2][tokens];
      key = new double[2][tokens];
      lag = new double[2][2 * tokens - 1];
    }
  }

  private static void transform(double[][] signal, TransformType type) {
    FastFourierTransformer.transformInPlace(signal, DftNormalization.STANDARD, type);
  }

  /** to ← x ∘ y, of complex numbers. */
  private static void multiply(double[][] x, double[][] y, double[][] to) {
    for (int at = 0; at < x[RE].length; at++) {
      double real = x[RE][at] * y[RE][at] - x[IM][at] * y[IM][at];
      to[IM][at] = x[RE][at] * y[IM][at] + x[IM][at] * y[RE][at];
      to[RE][at] = real;
    }
  }

  private static double[] negative(double[] numbers) {
    return Arrays.stream(numbers).map(number -> -number).toArray();
  }
}
