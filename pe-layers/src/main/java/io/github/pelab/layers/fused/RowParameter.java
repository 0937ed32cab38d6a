package io.github.pelab.layers.fused;

import java.util.Map;

/**
 * A parameter that is one row: a bias, a gain.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class RowParameter<A> implements Parameter<A> {
  private final Pass<A> pass;
  private final String name;
  private final int width;
  private final A value;
  private final Sums<A> gradient;

  RowParameter(Pass<A> pass, String name, int width) {
    this.pass = pass;
    this.name = name;
    this.width = width;
    value = pass.values().row(pass.arithmetic(), name, width);
    gradient = new Sums<>(pass, width);
  }

  A value() {
    return value;
  }

  Sums<A> gradient() {
    return gradient;
  }

  @Override
  public void clear(Map<String, A> gradients) {
    gradient.into(gradients.get(name));
    pass.arithmetic().clear(gradients.get(name), 0, width);
  }

  @Override
  public void store(Map<String, A> gradients) {
    // They were summed up in their place.
  }
}
