package io.github.pelab.cli.fast;

import io.github.pelab.cli.fast.FastRopeRow.Form;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * From how many tokens on a form is faster than exact attention, by what both took for the most
 * tokens that were measured: exact attention takes n², monomials n, Fourier transforms n log 2n.
 *
 * @param tokens n, about
 * @param of the form's row for the most tokens
 */
public record Crossover(double tokens, FastRopeRow of) {
  private static final double MOST = 1e12;

  /** One for each form, size and degree that was measured beside exact attention. */
  public static List<Crossover> of(List<FastRopeRow> rows) {
    return rows.stream()
        .filter(row -> row.form() != Form.EXACT)
        .filter(
            row ->
                rows.stream().noneMatch(more -> more.isLike(row) && more.tokens() > row.tokens()))
        .flatMap(row -> of(row, rows).stream())
        .toList();
  }

  private static Optional<Crossover> of(FastRopeRow fast, List<FastRopeRow> rows) {
    return rows.stream()
        .filter(row -> row.form() == Form.EXACT && row.size() == fast.size())
        .max(Comparator.comparingInt(FastRopeRow::tokens))
        .map(
            exact -> {
              double pair = exact.seconds() / exact.tokens() / exact.tokens();
              double token = fast.seconds() / fast.tokens() / logarithm(fast, fast.tokens());
              double low = 1;
              double high = MOST;
              while (high > low * 1.001) {
                double middle = Math.sqrt(low * high);
                if (pair * middle < token * logarithm(fast, middle)) {
                  low = middle;
                } else {
                  high = middle;
                }
              }
              return new Crossover(high, fast);
            });
  }

  /** Whether numbers of tokens on both sides of it were measured. */
  public boolean measured(List<FastRopeRow> rows) {
    return tokens <= of.tokens()
        && rows.stream().anyMatch(row -> row.isLike(of) && row.tokens() <= tokens);
  }

  private static double logarithm(FastRopeRow row, double tokens) {
    return row.form() == Form.FOURIER ? Math.log(2 * tokens) : 1;
  }

  /**
   * With what power of n the time of each form grew from the fewest tokens to the most.
   *
   * @param fewest tokens that count
   */
  public static Optional<Double> growth(FastRopeRow of, List<FastRopeRow> rows, int fewest) {
    List<FastRopeRow> like =
        rows.stream()
            .filter(row -> row.isLike(of) && row.tokens() >= fewest)
            .sorted(Comparator.comparingInt(FastRopeRow::tokens))
            .toList();
    if (like.size() < 2) {
      return Optional.empty();
    }
    FastRopeRow least = like.get(0);
    FastRopeRow most = like.get(like.size() - 1);
    return Optional.of(
        Math.log(most.seconds() / least.seconds())
            / Math.log((double) most.tokens() / least.tokens()));
  }
}
