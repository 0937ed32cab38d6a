package io.github.pelab.claims.metric;

import io.github.pelab.layers.scheme.Arguments;
import io.github.pelab.layers.scheme.Expression;
import io.github.pelab.layers.scheme.Option;
import io.github.pelab.train.run.RunRecord;
import java.util.List;
import java.util.OptionalDouble;

/**
 * How many examples were met until the validation accuracy first was at a fraction of what the
 * whole sequence allows, epoch by epoch. A run that never came to that counts with all that it met.
 */
record ExamplesTo(double fraction) implements Metric {
  private static final double DEFAULT = 0.95;

  @Override
  public Unit unit() {
    return Unit.EXAMPLES;
  }

  @Override
  public OptionalDouble of(RunRows run) {
    double ceiling =
        run.run().ceilings().stream().mapToDouble(RunRecord.Ceiling::accuracy).max().orElse(1);
    int perEpoch = run.run().config().at("/data/train").asInt();
    int last = run.epochs().mapToInt(epoch -> epoch.epoch()).max().orElse(0);
    if (last == 0) {
      return OptionalDouble.empty();
    }
    int reached =
        run.epochs()
            .filter(epoch -> epoch.validationAccuracy() >= fraction * ceiling)
            .mapToInt(epoch -> epoch.epoch())
            .min()
            .orElse(last);
    return OptionalDouble.of((double) reached * perEpoch);
  }

  @Override
  public String toString() {
    return new Expression("examples-to").option("fraction", fraction, DEFAULT).toString();
  }

  /** Of {@code examples-to}. */
  public static final class Factory implements MetricFactory {
    @Override
    public String name() {
      return "examples-to";
    }

    @Override
    public String description() {
      return "examples until validation accuracy is at a fraction of the ceiling";
    }

    @Override
    public List<Option> options() {
      return List.of(new Option("fraction", "0.95", "of the ceiling, above 0, at most 1"));
    }

    @Override
    public Metric create(Arguments arguments) {
      return new ExamplesTo(arguments.fraction("fraction"));
    }
  }
}
