package io.github.pelab.cli;

import io.github.pelab.cli.fast.FastRopeMeasurement;
import io.github.pelab.cli.fast.FastRopeRow;
import io.github.pelab.cli.fast.FastRopeRow.Form;
import io.github.pelab.cli.report.FastRopePage;
import io.github.pelab.cli.report.FastRopeTable;
import io.github.pelab.cli.report.ReportPage;
import io.github.pelab.layers.fast.ExpPolynomial;
import io.github.pelab.layers.fast.ToeplitzAttention;
import io.github.pelab.layers.kernel.Monomials;
import io.github.pelab.layers.scheme.PositionalScheme;
import io.github.pelab.layers.scheme.Schemes;
import io.github.pelab.train.progress.Progress;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code pe fast-rope}: fast attention beside exact attention, on random heads. */
@Command(
    name = "fast-rope",
    description =
        "Times attention by a polynomial of small logits beside exact attention, on random heads, and says"
            + " how near it comes and from how many tokens on it pays.")
final class FastRopeCommand implements Callable<Integer> {
  /** Of one transform, a number, a level: what a plain library takes on a slow machine. */
  private static final double SECONDS_PER_NUMBER = 8e-9;

  /** A product and a sum, in vectors. */
  private static final double SECONDS_PER_PRODUCT = 1e-10;

  /** What a pair of tokens costs beside its products, in products. */
  private static final int PAIR = 8;

  private static final int LONGEST = 1 << 20;

  /** Of a head's queries: of each some seventy bytes are held. */
  private static final int MOST_NUMBERS = 1 << 24;

  @Spec private CommandSpec spec;

  @Mixin private ProgressOption progressOption;

  @Option(
      names = "--n",
      paramLabel = "N",
      split = ",",
      defaultValue = "128,1024,4096,16384",
      description = "Tokens. Default: ${DEFAULT-VALUE}.")
  private List<Integer> tokens;

  @Option(
      names = "--d",
      paramLabel = "N",
      split = ",",
      defaultValue = "16",
      description = "Head sizes, even. Default: ${DEFAULT-VALUE}.")
  private List<Integer> sizes;

  @Option(
      names = "--degree",
      paramLabel = "N",
      split = ",",
      defaultValue = "2,4",
      description = "Degrees of the polynomial. Default: ${DEFAULT-VALUE}.")
  private List<Integer> degrees;

  @Option(
      names = "--bound",
      paramLabel = "R",
      defaultValue = "1",
      description = "What no logit is larger than. Default: ${DEFAULT-VALUE}.")
  private double bound;

  @Option(
      names = "--scheme",
      paramLabel = "SCHEME",
      defaultValue = "rope",
      description =
          "With a lag bias, as rope+alibi, the fast form is by Fourier transforms. Default: ${DEFAULT-VALUE}.")
  private String scheme;

  @Option(names = "--causal", description = "Under a causal mask.")
  private boolean causal;

  @Option(names = "--fourier", description = "By Fourier transforms too, where features would do.")
  private boolean fourier;

  @Option(
      names = "--heads",
      paramLabel = "N",
      description = "At once, each on a thread of its own. Default: one for each core.")
  private Integer heads;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Passes that are timed, of which the median counts. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      defaultValue = "4",
      description =
          "Of passes before a form's first one is timed: its code is compiled in them. Default: ${DEFAULT-VALUE}.")
  private double warmUp;

  @Option(
      names = "--limit",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description =
          "Leaves out what would take longer for one pass, about. Default: ${DEFAULT-VALUE}.")
  private double limit;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of what is drawn. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "The page. Default: fast-rope.html in the working directory.")
  private Path output = Path.of("fast-rope.html");

  @Override
  public Integer call() throws InterruptedException {
    PositionalScheme parsed = Schemes.parse(scheme);
    List<Form> forms = forms(parsed);
    requireSense(forms);
    ReportPage.requirePlace(output);
    int atOnce = heads == null ? Runtime.getRuntime().availableProcessors() : heads;
    List<FastRopeRow> rows = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    List<Pass> passes = passes(forms);
    try (FastRopeMeasurement measurement =
            new FastRopeMeasurement(parsed, bound, causal, atOnce, rounds, warmUp, seed);
        Progress.Task task = progressOption.progress().start("fast-rope", passes.size())) {
      for (Pass pass : passes) {
        if (pass.seconds() > limit) {
          leftOut.add(pass.leftOut());
        } else {
          rows.add(measurement.measure(pass.form(), pass.tokens(), pass.size(), pass.degree()));
        }
        task.step(1);
      }
    }
    report(summary(parsed, atOnce), rows, leftOut);
    return ExitCode.OK;
  }

  /** That may take the place of exact attention. */
  private List<Form> forms(PositionalScheme parsed) {
    boolean biased = parsed.lagBias().isPresent();
    List<Form> forms = new ArrayList<>();
    if (!biased) {
      forms.add(Form.FEATURE);
    }
    if (biased || fourier) {
      forms.add(Form.FOURIER);
    }
    return forms;
  }

  private void requireSense(List<Form> forms) {
    if (heads != null) {
      requireFrom(1, heads, "--heads");
    }
    requireFrom(1, rounds, "--rounds");
    for (int n : tokens) {
      requireFrom(1, n, "--n");
      if (n > LONGEST) {
        throw new IllegalArgumentException("--n: found %d; give %d at most".formatted(n, LONGEST));
      }
    }
    for (int size : sizes) {
      requireFrom(2, size, "--d");
      if (size % 2 != 0) {
        throw new IllegalArgumentException("--d: found %d; give an even one".formatted(size));
      }
      degrees.forEach(degree -> Monomials.require(size, degree));
      for (int n : tokens) {
        if ((long) n * size > MOST_NUMBERS) {
          throw new IllegalArgumentException(
              "--n, --d: found %d tokens of %d numbers; give %d numbers in all at most"
                  .formatted(n, size, MOST_NUMBERS));
        }
      }
    }
    for (int degree : degrees) {
      ExpPolynomial polynomial = ExpPolynomial.ofDegree(degree, bound);
      if (forms.contains(Form.FEATURE)) {
        polynomial.requirePrecision(FastRopeMeasurement.roundoff());
      }
    }
  }

  private static void requireFrom(int least, int found, String option) {
    if (found < least) {
      throw new IllegalArgumentException(
          "%s: found %d; give %d at least".formatted(option, found, least));
    }
  }

  /** Exact attention, and each of the forms, size by size. */
  private List<Pass> passes(List<Form> forms) {
    List<Pass> passes = new ArrayList<>();
    for (int size : sizes) {
      for (int n : tokens) {
        passes.add(new Pass(Form.EXACT, n, size, 0));
        for (Form form : forms) {
          degrees.forEach(degree -> passes.add(new Pass(form, n, size, degree)));
        }
      }
    }
    return passes;
  }

  private record Pass(Form form, int tokens, int size, int degree) {
    /** On a slow machine, about. */
    double seconds() {
      return switch (form) {
        case EXACT -> (double) tokens * tokens * (size + PAIR) * SECONDS_PER_PRODUCT;
        case FEATURE ->
            tokens * Monomials.count(size, degree) * (size + 1) * 2 * SECONDS_PER_PRODUCT;
        case FOURIER -> ToeplitzAttention.work(tokens, size, size, degree) * SECONDS_PER_NUMBER;
      };
    }

    String leftOut() {
      return String.format(
          Locale.ROOT,
          "%s, n = %,d, d = %d%s: left out, it would take %,.0f seconds or so; --limit allows more",
          form,
          tokens,
          size,
          form == Form.EXACT ? "" : ", degree " + degree,
          seconds());
    }
  }

  private String summary(PositionalScheme parsed, int atOnce) {
    return "%s, %s logits up to %s; %d %s at once, each on a thread of its own; the median of %d passes, or one of more than %.0f seconds"
        .formatted(
            parsed,
            causal ? "causal," : "every token sees every token,",
            bound,
            atOnce,
            atOnce == 1 ? "head" : "heads",
            rounds,
            FastRopeMeasurement.LONG_SECONDS);
  }

  private void report(String summary, List<FastRopeRow> rows, List<String> leftOut) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(summary);
    out.println();
    out.print(FastRopeTable.text(rows));
    leftOut.forEach(out::println);
    out.flush();
    FastRopePage.write(summary, bound, rows, leftOut, output);
    out.println();
    out.println("report: " + output.toAbsolutePath().normalize());
    out.flush();
  }
}
