package io.github.pelab.layers;

import static io.github.pelab.layers.Networks.VOCABULARY;
import static io.github.pelab.layers.Networks.WIDTH;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pelab.layers.scheme.Invariance;
import io.github.pelab.layers.scheme.SchemeFactory;
import io.github.pelab.layers.scheme.Schemes;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A scheme is the only thing that tells a bidirectional stack with masks of positions: the
 * invariance it declares holds to rounding, the next stricter one is broken. With a causal mask, or
 * with padding attended to or pooled over, positions would be told otherwise; that is outside this
 * test.
 */
class IsolationTest {
  private static final double ROUNDING = 1e-12;
  private static final double BROKEN = 1e-6;
  private static final int LENGTH = 6;
  private static final int PADDED = 11;

  private final Networks networks = Networks.of(DataType.DOUBLE);

  static Stream<String> schemes() {
    return Stream.concat(
        Schemes.all().stream().map(SchemeFactory::name),
        Stream.of("alibi+rope", "nope+alibi", "t5+rope(heads=1)", "sinusoidal+rope"));
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void seesWhatItDeclares(String scheme) {
    for (String form : Networks.forms()) {
      seesWhatItDeclares(scheme, form);
    }
  }

  private void seesWhatItDeclares(String scheme, String form) {
    MultiLayerNetwork network =
        networks.stack(
            new EncoderStack.Builder()
                .vocabulary(VOCABULARY)
                .layers(2)
                .width(WIDTH)
                .heads(2)
                .form(form)
                .scheme(scheme)
                .maxLength(PADDED)
                .build());
    double[] tokens = {1, 4, 2, 6, 2, 5};
    double[] permuted = {2, 5, 6, 1, 2, 4};
    Invariance declared = Schemes.parse(scheme).invariance();

    double permutation = difference(network, tokens, 0, permuted, 0);
    double shift =
        Math.max(
            difference(network, tokens, 0, tokens, 1), difference(network, tokens, 0, tokens, 5));

    assertSeen(permutation, declared != Invariance.PERMUTATION);
    assertSeen(shift, declared == Invariance.NONE);
    // Other tokens must give another output, or nothing above could fail.
    assertSeen(difference(network, tokens, 0, new double[] {1, 4, 2, 6, 2, 3}, 0), true);
  }

  private static void assertSeen(double difference, boolean seen) {
    if (seen) {
      assertThat(difference).isGreaterThan(BROKEN);
    } else {
      assertThat(difference).isLessThan(ROUNDING);
    }
  }

  /** Largest difference between the outputs for two sequences that start at different places. */
  private static double difference(
      MultiLayerNetwork network, double[] one, int startOne, double[] other, int startOther) {
    return output(network, one, startOne)
        .sub(output(network, other, startOther))
        .amaxNumber()
        .doubleValue();
  }

  private static INDArray output(MultiLayerNetwork network, double[] tokens, int start) {
    INDArray ids = Nd4j.valueArrayOf(new long[] {1, PADDED}, 3.0, DataType.DOUBLE);
    INDArray mask = Nd4j.zeros(DataType.DOUBLE, 1, PADDED);
    for (int t = 0; t < LENGTH; t++) {
      ids.putScalar(0, start + t, tokens[t]);
      mask.putScalar(0, start + t, 1);
    }
    return network.output(ids, false, mask, null);
  }
}
