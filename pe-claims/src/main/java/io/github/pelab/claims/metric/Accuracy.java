package io.github.pelab.claims.metric;

import io.github.pelab.layers.scheme.Arguments;
import io.github.pelab.layers.scheme.Expression;
import io.github.pelab.layers.scheme.Option;
import io.github.pelab.tasks.Split;
import io.github.pelab.tasks.Task;
import io.github.pelab.train.run.EvaluationRow;
import io.github.pelab.train.run.Kept;
import io.github.pelab.train.run.MetricsRow;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * The fraction right, from 0 to 1.
 *
 * @param length of all sequences; 0 for the task's own lengths
 */
record Accuracy(Kept checkpoint, Split split, int length) implements Metric {
  /** Which one, of metrics that can be told. */
  static final Option CHECKPOINT = new Option("checkpoint", "last", "best or last");

  @Override
  public Unit unit() {
    return Unit.PERCENT;
  }

  @Override
  public List<Need> needs() {
    return isResult() ? List.of() : List.of(evaluation());
  }

  /** Of the evaluation that ends each training. */
  private boolean isResult() {
    return split == Split.TEST && length == 0;
  }

  private Need.Evaluation evaluation() {
    return new Need.Evaluation(checkpoint, split, length == 0 ? null : Integer.valueOf(length));
  }

  @Override
  public OptionalDouble of(RunRows run) {
    Stream<MetricsRow.Evaluation> found =
        isResult()
            ? run.results()
                .filter(row -> row.checkpoint().equals(checkpoint.key()))
                .filter(row -> row.split().equals(split.key()))
            : run.evaluations().stream()
                .filter(row -> evaluation().isMetBy(row, run.run()))
                .map(EvaluationRow::result);
    return found.mapToDouble(MetricsRow.Evaluation::accuracy).reduce((first, last) -> last);
  }

  @Override
  public String toString() {
    return new Expression("accuracy")
        .option("checkpoint", checkpoint, Kept.LAST)
        .option("split", split, Split.TEST)
        .option("length", length, 0)
        .toString();
  }

  /** Of {@code accuracy}. */
  public static final class Factory implements MetricFactory {
    @Override
    public String name() {
      return "accuracy";
    }

    @Override
    public String description() {
      return "the fraction right, of a split, at the task's lengths or at one other";
    }

    @Override
    public List<Option> options() {
      return List.of(
          CHECKPOINT,
          new Option("split", "test", "train, validation or test"),
          new Option("length", "0", "tokens of all sequences; 0 for the task's own lengths"));
    }

    @Override
    public Metric create(Arguments arguments) {
      return new Accuracy(
          arguments.choice(Kept.class, "checkpoint"),
          arguments.choice(Split.class, "split"),
          arguments.wholeNumber(0, Task.MAX_LENGTH, "length"));
    }
  }
}
