package io.github.pelab.layers;

import static io.github.pelab.layers.Networks.LABELS;
import static io.github.pelab.layers.Networks.VOCABULARY;
import static io.github.pelab.layers.Networks.WIDTH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.layers.heads.AttentionTrace;
import io.github.pelab.layers.heads.Scope;
import io.github.pelab.layers.sublayer.Activation;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What the published models do otherwise than the default. */
class ModelOptionsTest {
  private static final double ROUNDING = 1e-12;

  private final Networks networks = Networks.of(DataType.DOUBLE);

  private static EncoderStack.Builder stack() {
    return new EncoderStack.Builder()
        .vocabulary(VOCABULARY)
        .layers(2)
        .width(WIDTH)
        .heads(2)
        .scheme("rope");
  }

  /** The released transformer of arXiv 2505.13027: six layers of 263,168 attention parameters. */
  @Test
  void theReleasedTransformerHasAsManyParameters() {
    assertThat(parameters(released().memory(true).finalNorm(false))).isEqualTo(3_457_086);
  }

  /** The released latent model: six layers of 235,520 attention parameters. */
  @Test
  void theReleasedLatentModelHasAsManyParameters() {
    assertThat(
            parameters(
                released()
                    .form("mla(norm=false,rotaryQuery=shared)")
                    .scheme("learned(deviation=0)+turn-released")
                    .maxLength(128)
                    .bias(false)))
        .isEqualTo(3_324_478);
  }

  private static EncoderStack.Builder released() {
    return new EncoderStack.Builder()
        .vocabulary(574)
        .layers(6)
        .width(256)
        .heads(16)
        .feedForward(512);
  }

  /** With a head of 574 classes in the place of the network's own of 3. */
  private long parameters(EncoderStack.Builder stack) {
    return networks.stack(stack.build()).numParams() + (256 + 1) * (574L - LABELS);
  }

  @Test
  void paddingIsSeenOnlyWhereThatIsAsked() {
    INDArray tokens = networks.tokens(1, 6, 1);
    INDArray other = tokens.dup();
    other.putScalar(0, 5, (tokens.getDouble(0, 5) + 1) % VOCABULARY);
    INDArray mask = networks.mask(6, 4);
    assertThat(difference(stack(), tokens, other, mask)).isZero();
    assertThat(difference(stack().seesPadding(true), tokens, other, mask)).isPositive();
    assertThat(difference(stack().poolsPadding(true), tokens, other, mask)).isPositive();
  }

  private double difference(
      EncoderStack.Builder stack, INDArray one, INDArray other, INDArray mask) {
    MultiLayerNetwork network = networks.stack(stack.build());
    return network
        .output(one, false, mask, null)
        .sub(network.output(other, false, mask, null))
        .amaxNumber()
        .doubleValue();
  }

  /** With memory, deeper layers read keys and values that no earlier layer has touched. */
  @Test
  void memoryIsTheEmbeddedInput() {
    MultiLayerNetwork network = networks.stack(stack().scheme("nope").memory(true).build());
    INDArray tokens = networks.tokens(1, 5, 1);
    List<AttentionTrace> traces = new ArrayList<>();
    try (Scope scope = AttentionAccess.of(network).get(0).observe(traces::add)) {
      network.output(tokens);
    }
    INDArray embedding = network.getParam("0_embedding");
    INDArray weight = network.getParam("0_block1.attention.v.W");
    INDArray attention = traces.get(1).weights();
    for (int i = 0; i < 5; i++) {
      double expected = 0;
      for (int j = 0; j < 5; j++) {
        INDArray value = embedding.getRow(tokens.getInt(0, j), true).mmul(weight);
        expected += attention.getDouble(0, 0, i, j) * value.getDouble(0, 0);
      }
      assertThat(traces.get(1).headOutputs().getDouble(0, i, 0))
          .isCloseTo(expected, within(ROUNDING));
    }
  }

  @Test
  void activationsDiffer() {
    INDArray tokens = networks.tokens(2, 5, 1);
    MultiLayerNetwork relu = networks.stack(stack().build());
    MultiLayerNetwork gelu = networks.stack(stack().activation(Activation.GELU).build());
    gelu.setParams(relu.params());
    assertThat(gelu.output(tokens).sub(relu.output(tokens)).amaxNumber().doubleValue())
        .isGreaterThan(1e-6);
  }
}
