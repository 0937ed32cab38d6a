package io.github.pelab.train;

import java.time.Duration;

/**
 * When training is saved, beside the end of each epoch, and how much of it stays.
 *
 * @param keep how many of the newest checkpoints stay, from 1; the best one does in any case
 * @param every how long training goes on until it is saved within an epoch
 */
public record Saving(int keep, Duration every) {
  /** Two, so that one may be damaged; and no more is lost than minutes. */
  public static final Saving DEFAULT = new Saving(2, Duration.ofMinutes(5));
}
