package io.github.pelab.train;

import java.util.Objects;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A learning rate that rises linearly to its peak and then falls along half a cosine to zero.
 * Update i, from 0, of n with w of warm-up:
 *
 * <pre>
 *   i &lt; w:  peak · (i + 1) / w
 *   else:   peak · (1 + cos(π (i − w) / (n − w))) / 2
 * </pre>
 *
 * DL4J has no such schedule, and its own warm-up cannot be read back from JSON.
 */
public final class WarmupCosine implements ISchedule {
  private final double peak;
  private final int warmup;
  private final int updates;

  /**
   * A schedule for {@code updates} updates; beyond them the rate is zero.
   *
   * @param warmup updates of warm-up, fewer than {@code updates}
   */
  public WarmupCosine(
      @JsonProperty("peak") double peak,
      @JsonProperty("warmup") int warmup,
      @JsonProperty("updates") int updates) {
    if (warmup < 0 || warmup >= updates) {
      throw new IllegalArgumentException(
          "warm-up must be shorter than the training, found %d of %d updates"
              .formatted(warmup, updates));
    }
    this.peak = peak;
    this.warmup = warmup;
    this.updates = updates;
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    if (iteration < warmup) {
      return peak * (iteration + 1) / warmup;
    }
    double done = Math.min(1, (double) (iteration - warmup) / (updates - warmup));
    return peak * (1 + Math.cos(Math.PI * done)) / 2;
  }

  public double getPeak() {
    return peak;
  }

  public int getWarmup() {
    return warmup;
  }

  public int getUpdates() {
    return updates;
  }

  @Override
  @SuppressWarnings("MissingSuperCall") // immutable: itself will do, as ISchedule allows
  public ISchedule clone() {
    return this;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WarmupCosine that
        && peak == that.peak
        && warmup == that.warmup
        && updates == that.updates;
  }

  @Override
  public int hashCode() {
    return Objects.hash(peak, warmup, updates);
  }
}
