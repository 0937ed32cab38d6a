package io.github.pelab.bench.step;

import java.util.SplittableRandom;

/** Parameters that every contestant can be given: drawn from their name alone. */
final class Weights {
  private Weights() {}

  /**
   * Entries of a parameter, in row-major order: weights uniform with variance 1/rows, gains about
   * 1, biases about 0, as sizes are after some training.
   *
   * @param name as {@code EncoderStack} has it, for instance {@code block0.attention.q.W}; {@code
   *     classes.W} and {@code classes.b} for the layer behind it
   */
  static float[] of(String name, int rows, int columns) {
    boolean gain = name.endsWith("gain");
    double size = name.endsWith(".W") ? Math.sqrt(3.0 / rows) : rows == 1 ? 0.1 : 1;
    SplittableRandom random = new SplittableRandom(name.hashCode());
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((gain ? 1 : 0) + size * (2 * random.nextDouble() - 1));
    }
    return values;
  }
}
