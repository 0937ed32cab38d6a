package io.github.pelab.claims.metric;

import io.github.pelab.ablation.AblationRow;
import io.github.pelab.layers.scheme.Arguments;
import io.github.pelab.layers.scheme.Expression;
import io.github.pelab.layers.scheme.Option;
import io.github.pelab.train.config.AblationConfig;
import io.github.pelab.train.run.Kept;
import java.util.List;
import java.util.stream.Stream;

/**
 * Every head of a checkpoint ablated.
 *
 * @param mode what takes a head's place
 * @param fault of the released code, by itself
 */
public record Ablation(AblationConfig.Mode mode, Fault fault, Kept checkpoint) implements Need {
  /** What metrics of it can be told. */
  static final List<Option> OPTIONS =
      List.of(
          new Option(
              "mode", "mean", "what takes a head's place: mean, zero, resample or as-released"),
          new Option("fault", "none", "of the released code: last-head-stays or latent-columns"),
          Accuracy.CHECKPOINT);

  /** What the released code does wrong, one by one; with mode as-released, all of it. */
  public enum Fault {
    NONE,
    LAST_HEAD_STAYS,
    LATENT_COLUMNS
  }

  static Ablation of(Arguments arguments) {
    Ablation ablation =
        new Ablation(
            arguments.choice(AblationConfig.Mode.class, "mode"),
            arguments.choice(Fault.class, "fault"),
            arguments.choice(Kept.class, "checkpoint"));
    if (ablation.mode == AblationConfig.Mode.AS_RELEASED && ablation.fault != Fault.NONE) {
      throw new IllegalArgumentException(
          "option fault: mode as-released has all faults; choose mode zero, or no fault");
    }
    return ablation;
  }

  /** How it is done in a run with that config. */
  public AblationConfig in(AblationConfig config) {
    AblationConfig whole = config.withMode(mode);
    return fault == Fault.NONE
        ? whole
        : whole.withFaults(fault == Fault.LAST_HEAD_STAYS, fault == Fault.LATENT_COLUMNS);
  }

  /** Its findings of that kind. */
  <R extends AblationRow> Stream<R> rows(RunRows run, Class<R> kind) {
    AblationRow.Intervention wanted =
        new AblationRow.Intervention(
            in(AblationConfig.DEFAULTS).interventionName(), checkpoint.key());
    return run.ablation().stream()
        .filter(row -> row.intervention().equals(wanted))
        .filter(kind::isInstance)
        .map(kind::cast);
  }

  /** Adds those of its options that are not at their default. */
  Expression options(Expression expression) {
    return expression
        .option("mode", mode, AblationConfig.Mode.MEAN)
        .option("fault", fault, Fault.NONE)
        .option("checkpoint", checkpoint, Kept.LAST);
  }
}
