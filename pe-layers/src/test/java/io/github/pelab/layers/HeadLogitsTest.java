package io.github.pelab.layers;

import static io.github.pelab.layers.Networks.VOCABULARY;
import static io.github.pelab.layers.Networks.WIDTH;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.layers.heads.AttentionTrace;
import io.github.pelab.layers.heads.HeadLogits;
import io.github.pelab.layers.heads.HeadPart;
import io.github.pelab.layers.heads.HeadReplacement;
import io.github.pelab.layers.heads.PartRemoval;
import io.github.pelab.layers.heads.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Logits as kernels show them, in single precision, and as a graph does, in double: those that
 * whole arrays of a graph's pass hold, of tokens that are no padding.
 */
class HeadLogitsTest {
  private static final int HEADS = 4;

  /** So that no logit is refused, as large as parameters are here. */
  private static final double SMALL = 0.02;

  private static final int LAYERS = 2;
  private static final int LENGTH = 7;
  private static final int[] TOKENS = {LENGTH, 4, 1};

  @AfterEach
  void asBefore() {
    System.clearProperty("pe.kernel");
  }

  static Stream<Arguments> kinds() {
    return Stream.of("nope", "rope", "alibi", "rope(heads=1)+t5", "sinusoidal+rope")
        .flatMap(
            scheme ->
                Networks.allForms().stream()
                    .flatMap(
                        form ->
                            Stream.of(
                                Arguments.of(scheme, form, DataType.FLOAT, "vector"),
                                Arguments.of(scheme, form, DataType.DOUBLE, "scalar"),
                                Arguments.of(scheme, form, DataType.DOUBLE, "graph"))));
  }

  private static MultiLayerNetwork network(
      Networks networks, String scheme, String form, UnaryOperator<EncoderStack.Builder> options) {
    MultiLayerNetwork network =
        networks.stack(
            options
                .apply(
                    new EncoderStack.Builder()
                        .vocabulary(VOCABULARY)
                        .layers(LAYERS)
                        .width(WIDTH)
                        .heads(HEADS)
                        .form(form)
                        .logitScale(form.equals(Networks.FAST) ? SMALL : 1)
                        .scheme(scheme)
                        .feedForward(6)
                        .maxLength(LENGTH))
                .build());
    // Biases start at zero, and those by lag near it: what they are for would hardly show.
    Nd4j.getRandom().setSeed(99);
    network.params().addi(Nd4j.randn(networks.type(), network.params().shape()).muli(0.3));
    return network;
  }

  /** Both passes of a training step on a batch of three sequences. */
  private static void step(MultiLayerNetwork network, Networks networks) {
    network.setInput(networks.tokens(TOKENS.length, LENGTH, 1));
    network.setLabels(networks.labels(TOKENS.length, 2));
    network.setLayerMaskArrays(networks.mask(LENGTH, TOKENS), null);
    network.computeGradientAndScore();
    network.clearLayerMaskArrays();
  }

  private static List<HeadLogits> shown(MultiLayerNetwork network, Networks networks) {
    List<HeadLogits> shown = new ArrayList<>();
    try (Scope scope = AttentionAccess.of(network).get(0).observeLogits(shown::addAll)) {
      step(network, networks);
    }
    return shown;
  }

  /** That what is shown is what the arrays of a graph's pass hold, in their order. */
  private static void assertAsTraced(MultiLayerNetwork network, Networks networks) {
    List<HeadLogits> shown = shown(network, networks);
    List<AttentionTrace> traces = new ArrayList<>();
    List<INDArray> gradients = new ArrayList<>();
    AttentionAccess access = AttentionAccess.of(network).get(0);
    try (Scope observed = access.observe(traces::add);
        Scope differentiated = access.observeGradients((block, each) -> gradients.add(each))) {
      step(network, networks);
    }
    double tolerance = networks.type() == DataType.DOUBLE ? 1e-12 : 2e-4;
    int at = 0;
    for (int block = 0; block < LAYERS; block++) {
      AttentionTrace trace = traces.get(block);
      for (int example = 0; example < TOKENS.length; example++) {
        for (int head = 0; head < HEADS; head++, at++) {
          HeadLogits each = shown.get(at);
          assertThat(List.of(each.block(), each.example(), each.head()))
              .containsExactly(block, example, head);
          int n = TOKENS[example];
          assertThat(each.logits()).hasDimensions(n, n);
          for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
              assertClose(
                  each.logits()[i][j], trace.logits().getDouble(example, head, i, j), tolerance);
              assertClose(each.content()[i][j], content(trace, example, head, i, j), tolerance);
              assertClose(
                  each.gradient()[i][j],
                  gradients.get(block).getDouble(example, head, i, j),
                  tolerance);
            }
          }
        }
      }
    }
    assertThat(shown).hasSize(at);
  }

  private static double content(AttentionTrace trace, int example, int head, int i, int j) {
    INDArray query = trace.query(head);
    INDArray key = trace.key(head);
    double sum = 0;
    for (int c = 0; c < query.size(2); c++) {
      sum += query.getDouble(example, i, c) * key.getDouble(example, j, c);
    }
    return trace.scale() * sum;
  }

  private static void assertClose(double found, double expected, double tolerance) {
    assertThat(Math.abs(found - expected)).isLessThan(tolerance * (1 + Math.abs(expected)));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void areThoseOfTheGraphsArrays(String scheme, String form, DataType type, String kernel) {
    System.setProperty("pe.kernel", kernel);
    Networks networks = Networks.of(type);
    assertAsTraced(network(networks, scheme, form, stack -> stack), networks);
  }

  static Stream<UnaryOperator<EncoderStack.Builder>> options() {
    return Stream.of(
        stack -> stack.causal(true),
        stack -> stack.memory(true),
        stack -> stack.seesPadding(true),
        stack -> stack.attentionDropout(0.4),
        stack -> stack.logitScale(1.75));
  }

  @ParameterizedTest
  @MethodSource("options")
  void underEveryOption(UnaryOperator<EncoderStack.Builder> option) {
    for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
      Networks networks = Networks.of(type);
      assertAsTraced(network(networks, "rope+t5", "multi-head", option), networks);
    }
  }

  @Test
  void underInterventions() {
    for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
      Networks networks = Networks.of(type);
      MultiLayerNetwork network = network(networks, "rope+alibi", "multi-head", stack -> stack);
      AttentionAccess access = AttentionAccess.of(network).get(0);
      try (Scope scope =
          access.intervene(
              List.of(
                  new PartRemoval(0, 1, HeadPart.LAG_BIAS),
                  new PartRemoval(1, 2, HeadPart.ROTATION),
                  new HeadReplacement(1, 3, Nd4j.zeros(type, WIDTH / HEADS))))) {
        assertAsTraced(network, networks);
        HeadLogits replaced = shown(network, networks).get(TOKENS.length * HEADS + 3);
        assertThat(replaced.block()).isEqualTo(1);
        assertThat(replaced.gradient()[0]).containsOnly(0);
      }
    }
  }

  /** Kernels go on as before, to the bit: nothing is done another way because somebody looks. */
  @Test
  void anObserverChangesNoBitOfGradients() {
    Networks networks = Networks.of(DataType.FLOAT);
    MultiLayerNetwork network =
        network(networks, "rope+t5", "multi-head", stack -> stack.attentionDropout(0.2));
    step(network, networks);
    long[] unobserved = Bits.of(network.getGradientsViewArray());
    assertThat(shown(network, networks)).isNotEmpty();
    assertThat(Bits.of(network.getGradientsViewArray())).isEqualTo(unobserved);
    List<HeadLogits> later = new ArrayList<>();
    AttentionAccess.of(network).get(0).observeLogits(later::addAll).close();
    step(network, networks);
    assertThat(later).isEmpty();
    assertThat(Bits.of(network.getGradientsViewArray())).isEqualTo(unobserved);
  }
}
