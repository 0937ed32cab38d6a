package io.github.pelab.cli.fast;

import com.sun.management.ThreadMXBean;
import io.github.pelab.cli.fast.FastRopeRow.Form;
import io.github.pelab.layers.fast.ExpPolynomial;
import io.github.pelab.layers.fast.FeatureAttention;
import io.github.pelab.layers.fast.ToeplitzAttention;
import io.github.pelab.layers.fast.WidenedAttention;
import io.github.pelab.layers.kernel.AttentionKernel;
import io.github.pelab.layers.kernel.FeatureKernel;
import io.github.pelab.layers.kernel.InstalledKernels;
import io.github.pelab.layers.kernel.Kernels;
import io.github.pelab.layers.kernel.Monomials;
import io.github.pelab.layers.kernel.Rows;
import io.github.pelab.layers.kernel.ScalarAttention;
import io.github.pelab.layers.kernel.ScalarFeatures;
import io.github.pelab.layers.scheme.PositionalScheme;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Times forward passes of random heads, several at once, each on a thread of its own: by the exact
 * kernel that layers use, and by a polynomial.
 */
public final class FastRopeMeasurement implements AutoCloseable {
  /** Queries whose outputs are compared. */
  private static final int COMPARED = 64;

  /** By how much less time a form must be run before it is timed that was timed before. */
  private static final double WARM_ALREADY = 10;

  /** Shorter ones are timed together: a thread takes its time to wake up. */
  private static final double TIMED_SECONDS = 0.1;

  /** A pass that takes longer is warm by itself, and timed once. */
  public static final double LONG_SECONDS = 3;

  private final PositionalScheme scheme;
  private final double bound;
  private final boolean causal;
  private final int heads;
  private final int rounds;
  private final double warmUp;
  private final Set<Form> warm = EnumSet.noneOf(Form.class);
  private final long seed;
  private final ExecutorService threads;

  /**
   * Of heads of one kind.
   *
   * @param bound R, of logits
   * @param heads at once
   * @param rounds passes that are timed
   * @param warmUp seconds of passes before those of a form are: in them its code is compiled
   * @throws IllegalArgumentException if the scheme is learned, or its logits depend on more than
   *     the lag
   */
  public FastRopeMeasurement(
      PositionalScheme scheme,
      double bound,
      boolean causal,
      int heads,
      int rounds,
      double warmUp,
      long seed) {
    if (scheme.learnedLagBias().isPresent()) {
      throw new IllegalArgumentException(
          "scheme %s learns its lag bias, and random heads have learned nothing; take one that is fixed, as alibi"
              .formatted(scheme));
    }
    this.scheme = scheme;
    this.bound = bound;
    this.causal = causal;
    this.heads = heads;
    this.rounds = rounds;
    this.warmUp = warmUp;
    this.seed = seed;
    threads = Executors.newFixedThreadPool(heads);
  }

  /** One head's forward pass by one form. */
  @FunctionalInterface
  private interface Attend {
    Made of(DrawnHead head);
  }

  /**
   * What a pass gives.
   *
   * @param output {@code [n, d]}
   * @param atMost what no number of it is off by more than; 0 for exact attention
   */
  private record Made(Rows<?> output, double atMost) {}

  /**
   * Measures a form.
   *
   * @param degree of its polynomial; not looked at for exact attention
   * @throws IllegalArgumentException if there is no such polynomial, or too many monomials
   */
  public FastRopeRow measure(Form form, int tokens, int size, int degree)
      throws InterruptedException {
    Optional<ExpPolynomial> polynomial =
        form == Form.EXACT ? Optional.empty() : Optional.of(ExpPolynomial.ofDegree(degree, bound));
    List<DrawnHead> drawn = new ArrayList<>();
    List<Attend> ways = new ArrayList<>();
    for (int h = 0; h < heads; h++) {
      drawn.add(new DrawnHead(scheme, tokens, size, bound, causal, new Random(seed + h)));
      ways.add(way(form, polynomial));
    }
    double last = 0;
    double enough = warm.add(form) ? warmUp : warmUp / WARM_ALREADY;
    for (double warming = 0; warming == 0 || warming < enough; warming += last) {
      last = seconds(ways, drawn, 1);
    }
    int passes = (int) Math.max(1, TIMED_SECONDS / last);
    double[] times = new double[last > LONG_SECONDS ? 1 : rounds];
    for (int round = 0; round < times.length; round++) {
      times[round] = times.length == 1 ? last : seconds(ways, drawn, passes) / passes;
    }
    Arrays.sort(times);
    // Compiled by now: before, vectors are objects.
    Attend another = way(form, polynomial);
    long before = allocated();
    Made made = another.of(drawn.get(0));
    long bytes = allocated() - before;
    return new FastRopeRow(
        form,
        tokens,
        size,
        polynomial.map(ExpPolynomial::degree).orElse(0),
        polynomial.map(p -> (long) Monomials.count(size, p.degree())).orElse(0L),
        times[times.length / 2],
        bytes,
        error(drawn.get(0), made.output()),
        made.atMost() / drawn.get(0).largestValue());
  }

  private static FeatureKernel features() {
    return InstalledKernels.vector().map(Kernels::features).orElseGet(ScalarFeatures::new);
  }

  /** What the feature form rounds a number by, relative. */
  public static double roundoff() {
    return features().roundoff();
  }

  private static Attend way(Form form, Optional<ExpPolynomial> polynomial) {
    return switch (form) {
      case EXACT -> {
        AttentionKernel<float[]> attention =
            InstalledKernels.vector()
                .map(Kernels::attention)
                .orElseGet(() -> new WidenedAttention(new ScalarAttention()));
        yield head -> {
          Rows<float[]> output = singles(head);
          attention.forward(head.single(), head.rotatedSingle(), output, new float[head.tokens()]);
          return new Made(output, 0);
        };
      }
      case FEATURE -> {
        FeatureAttention<float[]> attention =
            new FeatureAttention<>(polynomial.orElseThrow(), features());
        yield head -> {
          Rows<float[]> output = singles(head);
          double atMost =
              attention.attend(
                  head.single(), head.rotatedSingle(), output, new float[head.tokens()]);
          return new Made(output, atMost);
        };
      }
      case FOURIER -> {
        ToeplitzAttention attention = new ToeplitzAttention(polynomial.orElseThrow());
        yield head -> {
          int size = head.head().valueSize();
          Rows<double[]> output = new Rows<>(new double[head.tokens() * size], 0, size);
          double atMost =
              attention.attend(
                  head.head(), head.kernel(), head.inputs(), output, new double[head.tokens()]);
          return new Made(output, atMost);
        };
      }
    };
  }

  private static Rows<float[]> singles(DrawnHead head) {
    int size = head.head().valueSize();
    return new Rows<>(new float[head.tokens() * size], 0, size);
  }

  /** Of so many passes of each head, one after another. */
  private double seconds(List<Attend> ways, List<DrawnHead> drawn, int passes)
      throws InterruptedException {
    List<Callable<Made>> works = new ArrayList<>();
    for (int h = 0; h < heads; h++) {
      Attend way = ways.get(h);
      DrawnHead head = drawn.get(h);
      works.add(
          () -> {
            for (int pass = 1; pass < passes; pass++) {
              way.of(head);
            }
            return way.of(head);
          });
    }
    long start = System.nanoTime();
    for (Future<Made> work : threads.invokeAll(works)) {
      try {
        work.get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof Error error) {
          throw error;
        }
        throw (RuntimeException) e.getCause(); // a pass throws no other
      }
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  private static double error(DrawnHead head, Rows<?> output) {
    int n = head.tokens();
    int size = head.head().valueSize();
    double largest = 0;
    for (int query = 0; query < n; query += Math.max(1, n / COMPARED)) {
      double[] exact = head.exact(query);
      for (int c = 0; c < size; c++) {
        double found =
            output.data() instanceof float[] single
                ? single[query * size + c]
                : ((double[]) output.data())[query * size + c];
        largest = Math.max(largest, Math.abs(found - exact[c]));
      }
    }
    return largest / head.largestValue();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
