package io.github.pelab.layers.scheme;

/** A number added to every logit that depends on the head and the lag alone, after scaling. */
@FunctionalInterface
public interface LagBias {
  /**
   * The number.
   *
   * @param head from 0
   * @param heads H
   * @param lag i − j: query position minus key position
   */
  double at(int head, int heads, int lag);
}
