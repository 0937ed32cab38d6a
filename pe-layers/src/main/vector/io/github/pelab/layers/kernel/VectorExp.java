package io.github.pelab.layers.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The exponential of a vector; JDK 17 has none that is fast. */
final class VectorExp {
  private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
  private static final float LOG2_E = 1.442695f;
  private static final float LN2_HIGH = 0.6933594f;
  private static final float LN2_LOW = -0.00021219444f;

  /** 1.5 · 2^23: added to a number, it leaves no bit for a fraction. */
  private static final float ROUNDS = 12582912f;

  /** Below it the result would not be a normal number; here it is 0. */
  private static final float SMALLEST = -87.3f;

  private VectorExp() {}

  /**
   * e^x of numbers that are not far above 0, to about an ulp: 2^n e^r with the polynomial of
   * Cephes' {@code expf} (Moshier), and 0 below the range of normal numbers.
   */
  static FloatVector of(FloatVector x) {
    FloatVector clamped = x.max(SMALLEST);
    FloatVector rounded = clamped.mul(LOG2_E).add(ROUNDS);
    FloatVector n = rounded.sub(ROUNDS);
    FloatVector r = n.fma(FloatVector.broadcast(LANES, -LN2_HIGH), clamped).sub(n.mul(LN2_LOW));
    FloatVector p = FloatVector.broadcast(LANES, 0.00019875691f);
    p = p.fma(r, FloatVector.broadcast(LANES, 0.0013981999f));
    p = p.fma(r, FloatVector.broadcast(LANES, 0.008333452f));
    p = p.fma(r, FloatVector.broadcast(LANES, 0.041665796f));
    p = p.fma(r, FloatVector.broadcast(LANES, 0.16666666f));
    p = p.fma(r, FloatVector.broadcast(LANES, 0.5f));
    p = p.fma(r.mul(r), r).add(1);
    // The low bits of what was rounded are n; JDK 17 has no fast conversion to whole numbers.
    IntVector exponent = rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
    FloatVector scaled = p.reinterpretAsInts().add(exponent).reinterpretAsFloats();
    return scaled.blend(0, x.compare(VectorOperators.LT, SMALLEST));
  }
}
