package io.github.pelab.claims.metric;

import io.github.pelab.layers.scheme.Arguments;
import io.github.pelab.layers.scheme.Expression;
import io.github.pelab.layers.scheme.Option;
import io.github.pelab.train.run.Kept;
import io.github.pelab.train.spectra.ContractionRow;
import java.util.List;
import java.util.OptionalDouble;

/**
 * log of the norm of logits with positions by that without, the mean over heads and examples of a
 * trained network: below 0 positions contract.
 */
record ContractionRatio(Norm norm, Kept checkpoint) implements Metric {

  /** Of the logits, or of the row-centred ones. */
  enum Norm {
    SPECTRAL,
    ROW_CENTRED
  }

  @Override
  public List<Need> needs() {
    return List.of(new Need.Contraction(checkpoint));
  }

  @Override
  public OptionalDouble of(RunRows run) {
    return run.contraction().stream()
        .filter(ContractionRow.Network.class::isInstance)
        .map(ContractionRow.Network.class::cast)
        .filter(
            row -> !row.subject().shuffled() && row.subject().checkpoint().equals(checkpoint.key()))
        .map(row -> norm == Norm.SPECTRAL ? row.spectralNorm() : row.rowCentredNorm())
        .mapToDouble(contraction -> Math.log(contraction.geometricMean()))
        .findFirst();
  }

  @Override
  public String toString() {
    return new Expression("contraction")
        .option("norm", norm, Norm.SPECTRAL)
        .option("checkpoint", checkpoint, Kept.LAST)
        .toString();
  }

  /** Of {@code contraction}. */
  public static final class Factory implements MetricFactory {
    @Override
    public String name() {
      return "contraction";
    }

    @Override
    public String description() {
      return "log of the norm of logits with positions by that without; below 0 they contract";
    }

    @Override
    public List<Option> options() {
      return List.of(
          new Option("norm", "spectral", "spectral or row-centred"), Accuracy.CHECKPOINT);
    }

    @Override
    public Metric create(Arguments arguments) {
      return new ContractionRatio(
          arguments.choice(Norm.class, "norm"), arguments.choice(Kept.class, "checkpoint"));
    }
  }
}
