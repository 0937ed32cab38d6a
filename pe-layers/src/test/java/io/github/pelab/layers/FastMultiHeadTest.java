package io.github.pelab.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pelab.layers.fast.ExpPolynomial;
import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.layers.heads.AttentionTrace;
import io.github.pelab.layers.heads.Scope;
import io.github.pelab.layers.kernel.FeatureKernel;
import io.github.pelab.layers.sublayer.AttentionForms;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;

/** Fast attention in a network, beside the multi-head attention that it stands for. */
class FastMultiHeadTest {
  private static final int LENGTH = 11;

  @AfterEach
  void asBefore() {
    System.clearProperty("pe.kernel");
  }

  private static MultiHeadAttention.Builder layer(String form, String scheme) {
    return new MultiHeadAttention.Builder()
        .heads(2)
        .form(form)
        .scheme(scheme)
        .maxLength(LENGTH)
        .logitScale(0.3);
  }

  private static INDArray output(Networks networks, String form, String scheme, INDArray params) {
    MultiLayerNetwork network = networks.sequence(layer(form, scheme).build());
    network.setParams(params);
    INDArray mask = networks.mask(LENGTH, LENGTH, 5);
    return network.output(networks.sequences(2, LENGTH, 1), false, mask, mask);
  }

  /** With the same parameters it comes as near as one likes: by each form, by each view. */
  @ParameterizedTest
  @CsvSource({
    "graph, DOUBLE, rope, 1e-9",
    "scalar, DOUBLE, rope, 1e-9",
    "vector, FLOAT, rope, 1e-5",
    "graph, DOUBLE, rope+alibi, 1e-9",
    "scalar, DOUBLE, rope+alibi, 1e-9",
    "vector, FLOAT, rope+alibi, 1e-5"
  })
  void withMultiHeadsParametersItGivesItsOutput(
      String kernel, DataType type, String scheme, double tolerance) {
    System.setProperty("pe.kernel", kernel);
    Networks networks = Networks.of(type);
    INDArray params = networks.sequence(layer("multi-head", scheme).build()).params();
    INDArray exact = output(networks, "multi-head", scheme, params);
    INDArray near = output(networks, "fast(degree=20,bound=3)", scheme, params);
    INDArray rough = output(networks, "fast(degree=3,bound=3)", scheme, params);
    assertThat(exact.sub(near).amaxNumber().doubleValue()).isLessThan(tolerance);
    assertThat(exact.sub(rough).amaxNumber().doubleValue()).isBetween(100 * tolerance, 0.1);
  }

  @ParameterizedTest
  @CsvSource({"graph, DOUBLE", "scalar, DOUBLE", "vector, FLOAT"})
  void logitsOutsideTheBoundEndThePass(String kernel, DataType type) {
    System.setProperty("pe.kernel", kernel);
    Networks networks = Networks.of(type);
    MultiLayerNetwork network =
        networks.sequence(layer("fast(degree=2,bound=0.01)", "rope").build());
    assertThatThrownBy(() -> network.output(networks.sequences(2, LENGTH, 1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(kernel.equals("graph") ? "block 0: " : "block 0, head ")
        .hasMessageContaining("fast attention: logits may come to ")
        .hasMessageContaining("its polynomial of degree 2 holds up to 0.01")
        .hasMessageContaining("give a larger bound and a higher degree")
        .hasMessageContaining("have queries and keys cut (cut=true), or take multi-head");
  }

  /** Also of tokens that are far too long. */
  @ParameterizedTest
  @CsvSource({"graph, DOUBLE, 1e-12", "scalar, DOUBLE, 1e-12", "vector, FLOAT, 2e-5"})
  void cutItGivesWhatMultiHeadOfTheSameBoundDoes(String kernel, DataType type, double tolerance) {
    System.setProperty("pe.kernel", kernel);
    Networks networks = Networks.of(type);
    INDArray params = networks.sequence(layer("multi-head", "rope").build()).params().mul(3);
    INDArray bounded = output(networks, "multi-head(bound=1)", "rope", params);
    INDArray fast = output(networks, "fast(degree=14,bound=1,cut=true)", "rope", params);
    assertThat(bounded.sub(fast).amaxNumber().doubleValue()).isLessThan(tolerance);
    INDArray free = output(networks, "multi-head", "rope", params);
    INDArray above = output(networks, "multi-head(bound=100)", "rope", params);
    assertThat(free.sub(bounded).amaxNumber().doubleValue()).isGreaterThan(1e-3);
    assertThat(free.sub(above).amaxNumber().doubleValue()).isLessThan(tolerance);
    assertThatThrownBy(() -> output(networks, "fast(degree=14,bound=1)", "rope", params))
        .hasMessageContaining("logits may come to");
  }

  /** Of a trained network: what each head hands over, beside what it hands over exactly. */
  @ParameterizedTest
  @CsvSource({
    "graph, DOUBLE, rope",
    "graph, DOUBLE, nope",
    "graph, DOUBLE, rope+alibi",
    "scalar, DOUBLE, rope",
    "scalar, DOUBLE, rope+alibi",
    "vector, FLOAT, rope",
    "vector, FLOAT, rope+alibi"
  })
  void trainedHeadsAreAsNearAsTheirBoundSays(String kernel, DataType type, String scheme) {
    System.setProperty("pe.kernel", kernel);
    Networks networks = Networks.of(type).updater(new Adam(0.01));
    MultiLayerNetwork trained =
        networks.sequence(layer("multi-head", scheme).logitScale(0.2).build());
    INDArray input = networks.sequences(8, LENGTH, 1);
    double untrained = largestLogit(trace(trained, input));
    for (int step = 0; step < 40; step++) {
      trained.fit(input, networks.labels(8, LENGTH, 2));
    }
    AttentionTrace exact = trace(trained, input);
    double bound = largestLogit(exact);
    assertThat(bound).isGreaterThan(1.3 * untrained);
    INDArray values =
        input
            .reshape('c', 8L * LENGTH, Networks.WIDTH)
            .mmul(trained.getParam("0_v.W"))
            .addRowVector(trained.getParam("0_v.b"));
    for (int degree : new int[] {10, 14}) {
      String form = "fast(degree=%d,bound=%s)".formatted(degree, bound);
      MultiLayerNetwork fast = networks.sequence(layer(form, scheme).logitScale(0.2).build());
      fast.setParams(trained.params());
      double error =
          exact.headOutputs().sub(trace(fast, input).headOutputs()).amaxNumber().doubleValue();
      double promised =
          ExpPolynomial.ofDegree(degree, bound)
                  .outputError(type == DataType.FLOAT ? FeatureKernel.SINGLE : FeatureKernel.DOUBLE)
              * values.amaxNumber().doubleValue();
      assertThat(error).as(form).isBetween(1e-6 * promised, promised);
    }
  }

  private static AttentionTrace trace(MultiLayerNetwork network, INDArray input) {
    List<AttentionTrace> traces = new ArrayList<>();
    try (Scope scope = AttentionAccess.of(network).get(0).observe(traces::add)) {
      network.output(input);
    }
    return traces.get(0);
  }

  /** By Cauchy and Schwarz, over all heads: what the bound has to be. */
  private static double largestLogit(AttentionTrace trace) {
    double largest = 0;
    for (int head = 0; head < trace.heads(); head++) {
      double query = trace.query(head).norm2(2).amaxNumber().doubleValue();
      double key = trace.key(head).norm2(2).amaxNumber().doubleValue();
      largest = Math.max(largest, trace.scale() * query * key);
    }
    return largest;
  }

  /** The graph works on queries that are padding too; no view looks at such keys. */
  @ParameterizedTest
  @CsvSource({"graph, DOUBLE", "graph, FLOAT", "scalar, DOUBLE", "vector, FLOAT"})
  void whatIsPaddingIsNotBounded(String kernel, DataType type) {
    System.setProperty("pe.kernel", kernel);
    Networks networks = Networks.of(type);
    MultiLayerNetwork network = networks.sequence(layer("fast(degree=8,bound=3)", "rope").build());
    INDArray input = networks.sequences(2, LENGTH, 1);
    INDArray mask = networks.mask(LENGTH, LENGTH, 5);
    INDArray before = network.output(input, false, mask, mask);
    input.get(NDArrayIndex.point(1), NDArrayIndex.point(7)).muli(1e6);
    if (kernel.equals("graph")) {
      INDArray weight = network.getParam("0_q.W").dup();
      network.setParam("0_q.W", weight.mul(1e-9));
      INDArray near = network.output(input, false, mask, mask);
      assertThat(near.isNaN().any()).isFalse();
      network.setParam("0_q.W", weight);
      assertThatThrownBy(() -> network.output(input, false, mask, mask))
          .hasMessageContaining("logits may come to");
    } else {
      assertThat(network.output(input, false, mask, mask)).isEqualTo(before);
    }
  }

  /** Training too. */
  @Test
  void logitsOutsideTheBoundEndTraining() {
    Networks networks = Networks.of(DataType.FLOAT);
    MultiLayerNetwork network =
        networks.sequence(layer("fast(degree=2,bound=0.01)", "rope").build());
    assertThatThrownBy(
            () -> network.fit(networks.sequences(2, LENGTH, 1), networks.labels(2, LENGTH, 2)))
        .hasMessageContaining("logits may come to");
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatThrownBy(() -> layer("fast", "rope").attentionDropout(0.1).width(8).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "attention fast never holds weights that could be dropped, found dropout 0.1");
    assertThatThrownBy(() -> layer("fast(degree=1,bound=4)", "rope"))
        .hasMessageContaining("no polynomial of degree 1 comes within half of the exponential");
    assertThatThrownBy(() -> layer("fast(degree=0)", "rope"))
        .hasMessageContaining("option degree must be a whole number from 1 to 40");
    assertThatThrownBy(() -> layer("multi-head(bound=1)", "turn-released").width(8).build())
        .hasMessageContaining("scheme turn-released stretches queries and keys");
    assertThatThrownBy(() -> layer("fast(bound=0)", "rope"))
        .hasMessageContaining("option bound must be a number above 0");
  }

  @Test
  void itsExpressionIsReadBack() {
    assertThat(AttentionForms.parse("fast(degree=4,bound=2)")).hasToString("fast");
    assertThat(AttentionForms.parse("fast(bound=1.5,degree=6)"))
        .hasToString("fast(degree=6,bound=1.5)")
        .isEqualTo(AttentionForms.parse("fast(degree=6,bound=1.5)"));
    assertThat(AttentionForms.parse("fast(cut=true)")).hasToString("fast(cut=true)");
    assertThat(AttentionForms.parse("multi-head(bound=0)")).hasToString("multi-head");
    assertThat(AttentionForms.parse("multi-head(bound=2)")).hasToString("multi-head(bound=2)");
  }
}
