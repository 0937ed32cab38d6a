package io.github.pelab.claims.metric;

import io.github.pelab.train.spectra.SpectraRow;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How unsteadily a loss fell: by how much it rose from look to look, all rises together, in nats. 0
 * of one that was never seen to rise.
 */
public final class LossRises extends WatchedMetric {
  /** The metric {@code loss-rises}. */
  public LossRises() {
    super("loss-rises", Unit.NATS, "by how much the loss rose from look to look, all together");
  }

  @Override
  double of(List<SpectraRow> looks) {
    return IntStream.range(1, looks.size())
        .mapToDouble(i -> Math.max(0, looks.get(i).loss() - looks.get(i - 1).loss()))
        .sum();
  }
}
