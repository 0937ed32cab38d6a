package io.github.pelab.layers;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** An array's numbers to the last bit. {@link INDArray#equals} lets differences of 1e-5 pass. */
final class Bits {
  private Bits() {}

  /** In row-major order, widened to double, which loses nothing. */
  static long[] of(INDArray array) {
    return Arrays.stream(array.dup('c').data().asDouble())
        .mapToLong(Double::doubleToRawLongBits)
        .toArray();
  }
}
