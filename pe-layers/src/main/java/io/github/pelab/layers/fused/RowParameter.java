package io.github.pelab.layers.fused;

import java.util.Map;

/**
 * A parameter that is one row: a bias, a gain.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class RowParameter<A> implements Parameter {
  private final Pass<A> pass;
  private final String name;
  private final int width;
  private final A value;
  private final Sums<A> gradient;

  RowParameter(Pass<A> pass, String name, int width) {
    this.pass = pass;
    this.name = name;
    this.width = width;
    value = pass.arithmetic().array(width);
    gradient = new Sums<>(pass, width);
  }

  A value() {
    return value;
  }

  Sums<A> gradient() {
    return gradient;
  }

  @Override
  public void load(Map<String, OffHeap> values) {
    pass.arithmetic().read(values.get(name), 0, value, 0, width);
  }

  @Override
  public void clear(Map<String, OffHeap> gradients) {
    gradient.clear();
  }

  @Override
  public void store(Map<String, OffHeap> gradients) {
    pass.arithmetic().write(gradient.total(), 0, gradients.get(name), 0, width);
  }
}
