package io.github.pelab.layers;

import static io.github.pelab.layers.Networks.VOCABULARY;
import static io.github.pelab.layers.Networks.WIDTH;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pelab.layers.runtime.GraphDefinedLayer;
import io.github.pelab.layers.scheme.SchemeFactory;
import io.github.pelab.layers.scheme.Schemes;
import io.github.pelab.layers.sublayer.Activation;
import io.github.pelab.layers.sublayer.FastMultiHead;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Every gradient of every layer with every scheme, against central differences in double. */
class GradientTest {
  private static final double STEP = 1e-6;
  private static final double LARGEST_RELATIVE_ERROR = 1e-5;

  /** Sums of a few hundred products of numbers near 1, in double. */
  private static final double ROUNDING = 1e-14;

  private static final int ENTRIES_PER_PARAMETER = 8;

  private final Networks networks = Networks.of(DataType.DOUBLE);

  /** The check refuses to run under any other default. */
  @BeforeAll
  static void inDouble() {
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
  }

  @AfterAll
  static void asBefore() {
    Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
  }

  /** All; where the worked example is one, that alone: the others are checked without it. */
  static Stream<String> schemes() {
    return Schemes.all().stream()
        .map(SchemeFactory::name)
        .filter(name -> !Boolean.getBoolean("pe.worked.example") || name.equals("log-bias"));
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void attention(String scheme) {
    for (String form : Networks.forms()) {
      attention(form, scheme);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "multi-head(bound=1), t5+rope",
    "'fast(degree=3,bound=1,cut=true)', t5+rope",
    "'fast(degree=3,bound=1,cut=true)', rope",
    "'fast(degree=8,bound=5)', learned",
    "'fast(degree=8,bound=5)', alibi"
  })
  void attentionWithBoundedLogits(String form, String scheme) {
    attention(form, scheme);
  }

  private void attention(String form, String scheme) {
    MultiLayerNetwork network =
        networks.sequence(
            new MultiHeadAttention.Builder()
                .heads(2)
                .form(form)
                .scheme(scheme)
                .maxLength(6)
                .logitScale(0.4)
                .build());
    INDArray mask = networks.mask(5, 5, 3);
    check(network, networks.sequences(2, 5, 1), networks.labels(2, 5, 2), mask, mask);
  }

  @ParameterizedTest
  @MethodSource("io.github.pelab.layers.Networks#forms")
  void attentionWithScaledLogits(String form) {
    MultiLayerNetwork network =
        networks.sequence(
            new MultiHeadAttention.Builder()
                .heads(2)
                .form(form)
                .scheme("t5+rope")
                .logitScale(1.75)
                .build());
    INDArray mask = networks.mask(5, 5, 3);
    check(network, networks.sequences(2, 5, 1), networks.labels(2, 5, 2), mask, mask);
  }

  @Test
  void attentionWithoutMaskOrBias() {
    MultiLayerNetwork network =
        networks.sequence(
            new MultiHeadAttention.Builder().heads(2).scheme("rope").bias(false).build());
    check(network, networks.sequences(3, 4, 3), networks.labels(3, 4, 4), null, null);
  }

  @ParameterizedTest
  @CsvSource({"false, 0, 0", "true, 0, 0", "false, 0.3, 0.2", "true, 0.3, 0.2"})
  void blocks(boolean causal, double attentionDropout, double residualDropout) {
    MultiLayerNetwork network =
        networks.sequence(
            block(causal, attentionDropout, residualDropout),
            block(causal, attentionDropout, residualDropout));
    INDArray mask = networks.mask(5, 5, 3);
    check(network, networks.sequences(2, 5, 1), networks.labels(2, 5, 2), mask, mask);
  }

  private static EncoderBlock block(
      boolean causal, double attentionDropout, double residualDropout) {
    return new EncoderBlock.Builder()
        .heads(2)
        .scheme("alibi+rope")
        .causal(causal)
        .attentionDropout(attentionDropout)
        .residualDropout(residualDropout)
        .feedForward(6)
        .build();
  }

  @Test
  void stackAsReleased() {
    MultiLayerNetwork network =
        networks.stack(
            new EncoderStack.Builder()
                .vocabulary(VOCABULARY)
                .layers(2)
                .width(WIDTH)
                .heads(2)
                .feedForward(6)
                .scheme("sinusoidal(layout=halves)+rope")
                .maxLength(6)
                .memory(true)
                .finalNorm(false)
                .seesPadding(true)
                .poolsPadding(true)
                .activation(Activation.GELU)
                .innerDropout(0.1)
                .build());
    check(
        network, networks.tokens(3, 6, 1), networks.labels(3, 2), networks.mask(6, 6, 4, 1), null);
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void stack(String scheme) {
    MultiLayerNetwork network =
        networks.stack(
            new EncoderStack.Builder()
                .vocabulary(VOCABULARY)
                .layers(2)
                .width(WIDTH)
                .heads(2)
                .feedForward(6)
                .scheme(scheme)
                .maxLength(6)
                .attentionDropout(0.1)
                .build());
    // tokens repeat: where a look-up's gradient usually goes wrong
    check(
        network, networks.tokens(3, 6, 1), networks.labels(3, 2), networks.mask(6, 6, 4, 1), null);
  }

  /** The penalty is in the gradient, so it must be in the score that early stopping looks at. */
  @Test
  void withRegularization() {
    MultiLayerNetwork network =
        Networks.of(DataType.DOUBLE)
            .l2(0.1)
            .sequence(new EncoderBlock.Builder().heads(2).scheme("rope").feedForward(6).build());
    check(network, networks.sequences(2, 5, 1), networks.labels(2, 5, 2), null, null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rope", "t5", "learned"})
  void residualOutsideTheLayer(String scheme) {
    ComputationGraph graph =
        networks.residual(
            new MultiHeadAttention.Builder().heads(2).scheme(scheme).maxLength(6).build());
    INDArray mask = networks.mask(5, 5, 2);
    Set<String> zero = withoutGradient(graph);
    graph.setInputs(networks.sequences(2, 5, 1));
    graph.setLabels(networks.labels(2, 5, 2));
    graph.setLayerMaskArrays(new INDArray[] {mask}, new INDArray[] {mask});
    graph.computeGradientAndScore();
    assertThat(
            GradientCheckUtil.checkGradients(
                new GradientCheckUtil.GraphConfig()
                    .net(graph)
                    .epsilon(STEP)
                    .maxRelError(LARGEST_RELATIVE_ERROR)
                    .minAbsoluteError(Networks.smallestAbsoluteError(graph, STEP))
                    .print(GradientCheckUtil.PrintMode.FAILURES_ONLY)
                    .inputs(new INDArray[] {networks.sequences(2, 5, 1)})
                    .labels(new INDArray[] {networks.labels(2, 5, 2)})
                    .inputMask(new INDArray[] {mask})
                    .labelMask(new INDArray[] {mask})
                    .excludeParams(zero)))
        .isTrue();
    assertZero(zero, graph);
  }

  private static void check(
      MultiLayerNetwork network,
      INDArray input,
      INDArray labels,
      INDArray inputMask,
      INDArray labelMask) {
    Set<String> zero = withoutGradient(network);
    network.setInput(input);
    network.setLabels(labels);
    network.setLayerMaskArrays(inputMask, labelMask);
    network.computeGradientAndScore();
    assertThat(
            GradientCheckUtil.checkGradients(
                new GradientCheckUtil.MLNConfig()
                    .net(network)
                    .epsilon(STEP)
                    .maxRelError(LARGEST_RELATIVE_ERROR)
                    .minAbsoluteError(Networks.smallestAbsoluteError(network, STEP))
                    .subset(true)
                    .maxPerParam(ENTRIES_PER_PARAMETER)
                    .print(GradientCheckUtil.PrintMode.FAILURES_ONLY)
                    .input(input)
                    .labels(labels)
                    .inputMask(inputMask)
                    .labelMask(labelMask)
                    .excludeParams(zero)))
        .isTrue();
    assertZero(zero, network);
  }

  private static void assertZero(Set<String> parameters, Model network) {
    for (String name : parameters) {
      assertThat(network.gradient().getGradientFor(name).amaxNumber().doubleValue())
          .as(name)
          .isLessThan(ROUNDING);
    }
  }

  /**
   * A key's bias shifts all logits of a query alike unless keys are rotated, and softmax does not
   * see that. So its gradient is zero, and a difference of scores would show nothing but their
   * rounding. A polynomial does see it.
   */
  private static Set<String> withoutGradient(Model network) {
    boolean seen =
        Arrays.stream(
                network instanceof ComputationGraph graph
                    ? graph.getLayers()
                    : ((MultiLayerNetwork) network).getLayers())
            .map(layer -> layer.conf().getLayer())
            .filter(GraphDefinedLayer.class::isInstance)
            .map(
                layer ->
                    layer instanceof EncoderStack stack
                        ? stack.getEncoder().settings()
                        : ((SequenceLayer) layer).settings())
            .anyMatch(
                attention ->
                    attention.positions().pairMap().isPresent()
                        || attention.projections() instanceof FastMultiHead);
    return network.paramTable().keySet().stream()
        .filter(name -> !seen && name.endsWith("k.b"))
        .collect(Collectors.toSet());
  }

  /** What is tested above is worth nothing if no scheme is found. */
  @Test
  void schemesAreFound() {
    assertThat(schemes()).contains("nope", "alibi", "rope");
  }
}
