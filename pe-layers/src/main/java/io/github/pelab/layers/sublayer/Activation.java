package io.github.pelab.layers.sublayer;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** What stands between the two linear maps of a feed-forward part. */
public enum Activation {
  /** max(x, 0). */
  RELU {
    @Override
    SDVariable of(SameDiff ops, SDVariable x) {
      return ops.nn().relu(x, 0);
    }
  },
  /**
   * x · Φ(x) (Hendrycks and Gimpel, arXiv 1606.08415). By the error function: ND4J's own is wrong.
   */
  GELU {
    @Override
    SDVariable of(SameDiff ops, SDVariable x) {
      return x.mul(ops.math().erf(x.mul(Math.sqrt(0.5))).add(1)).mul(0.5);
    }
  };

  abstract SDVariable of(SameDiff ops, SDVariable x);
}
