package io.github.pelab.layers;

import static io.github.pelab.layers.Networks.VOCABULARY;
import static io.github.pelab.layers.Networks.WIDTH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.layers.heads.AttentionObserver;
import io.github.pelab.layers.heads.AttentionTrace;
import io.github.pelab.layers.heads.Scope;
import io.github.pelab.layers.scheme.SchemeFactory;
import io.github.pelab.layers.scheme.Schemes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What an observer is shown, and that nothing is different for its being there. */
class HeadObservationTest {
  private static final int HEADS = 2;
  private static final int LENGTH = 6;

  private final Networks networks = Networks.of(DataType.DOUBLE);

  static Stream<String> schemes() {
    return Stream.concat(Schemes.all().stream().map(SchemeFactory::name), Stream.of("alibi+rope"));
  }

  private static EncoderBlock block() {
    return new EncoderBlock.Builder().heads(HEADS).scheme("rope").feedForward(6).build();
  }

  private static EncoderStack.Builder stack(int layers) {
    return new EncoderStack.Builder()
        .vocabulary(VOCABULARY)
        .layers(layers)
        .width(WIDTH)
        .heads(HEADS)
        .scheme("rope")
        .feedForward(6);
  }

  /** Biases start at zero, and a bias of zero would hide that it was forgotten. */
  private static MultiLayerNetwork shaken(MultiLayerNetwork network) {
    Nd4j.getRandom().setSeed(99);
    network.params().addi(Nd4j.randn(network.params().dataType(), network.params().shape()));
    return network;
  }

  @Test
  void observingChangesNoBit() {
    MultiLayerNetwork network = shaken(networks.sequence(block(), block()));
    INDArray x = networks.sequences(2, LENGTH, 1);
    INDArray mask = networks.mask(LENGTH, 6, 4);
    long[] before = Bits.of(network.output(x, false, mask, null));
    List<AttentionTrace> traces = new ArrayList<>();
    AttentionAccess access = AttentionAccess.of(network).get(1);
    try (Scope scope = access.observe(traces::add)) {
      assertThat(Bits.of(network.output(x, false, mask, null))).isEqualTo(before);
    }
    assertThat(traces).hasSize(1);
    assertThat(Bits.of(network.output(x, false, mask, null))).isEqualTo(before);
  }

  @Test
  void showsThePassThatWasMade() {
    MultiLayerNetwork network =
        shaken(
            networks.sequence(
                new MultiHeadAttention.Builder().heads(HEADS).scheme("alibi").build()));
    INDArray x = networks.sequences(2, LENGTH, 1);
    INDArray plain = network.feedForward(x).get(1).dup();
    AttentionTrace trace = observed(network, x, null).get(0);
    assertThat(Bits.of(trace.output())).isEqualTo(Bits.of(plain));
    assertThat(trace.heads()).isEqualTo(HEADS);
    assertThat(trace.headSize()).isEqualTo(WIDTH / HEADS);
    assertThat(trace.queries().shape()).containsExactly(2, LENGTH, WIDTH);
    assertThat(trace.keys().shape()).containsExactly(2, LENGTH, WIDTH);
    assertThat(trace.scale()).isEqualTo(Math.sqrt((double) HEADS / WIDTH));
    assertThat(trace.logits().shape()).containsExactly(2, HEADS, LENGTH, LENGTH);
    assertThat(trace.weights().shape()).containsExactly(2, HEADS, LENGTH, LENGTH);
    assertThat(trace.headOutputs().shape()).containsExactly(2, LENGTH, WIDTH);
    assertThat(Bits.of(trace.outputWeight())).isEqualTo(Bits.of(network.getParam("0_o.W")));
    assertThat(Bits.of(trace.outputBias())).isEqualTo(Bits.of(network.getParam("0_o.b")));
    for (int head = 0; head < HEADS; head++) {
      INDArray output = trace.headOutput(head);
      for (int b = 0; b < 2; b++) {
        for (int t = 0; t < LENGTH; t++) {
          for (int k = 0; k < trace.headSize(); k++) {
            assertThat(output.getDouble(b, t, k))
                .isEqualTo(trace.headOutputs().getDouble(b, t, head * trace.headSize() + k));
          }
        }
      }
    }
  }

  /** Under a new batch shape, other parameters, in training: always the pass at hand. */
  @Test
  void showsEveryPassAnew() {
    MultiLayerNetwork network = networks.stack(stack(1).build());
    List<AttentionTrace> traces = new ArrayList<>();
    try (Scope scope = AttentionAccess.of(network).get(0).observe(traces::add)) {
      network.output(networks.tokens(2, 5, 1));
      network.output(networks.tokens(3, 4, 1));
      network.getParam("0_block0.attention.o.b").assign(7);
      network.output(networks.tokens(2, 5, 1));
      network.fit(networks.tokens(2, 3, 1), networks.labels(2, 1));
    }
    assertThat(traces)
        .extracting(trace -> trace.headOutputs().shape())
        .containsExactly(
            new long[] {2, 5, WIDTH},
            new long[] {3, 4, WIDTH},
            new long[] {2, 5, WIDTH},
            new long[] {2, 3, WIDTH});
    assertThat(traces.get(0).outputBias().maxNumber().doubleValue()).isZero();
    assertThat(traces.get(2).output().sub(traces.get(0).output()).sub(7).amaxNumber().doubleValue())
        .isLessThan(1e-12);
  }

  @Test
  void closedScopesObserveNothing() {
    MultiLayerNetwork network = networks.stack(stack(2).build());
    INDArray tokens = networks.tokens(2, LENGTH, 1);
    List<AttentionTrace> traces = new ArrayList<>();
    AttentionObserver observer = traces::add;
    AttentionAccess access = AttentionAccess.of(network).get(0);
    Scope one = access.observe(observer);
    Scope other = access.observe(observer);
    network.output(tokens);
    assertThat(traces).as("two scopes, two blocks").hasSize(4);
    one.close();
    one.close();
    network.output(tokens);
    assertThat(traces).as("closing one scope twice leaves the other").hasSize(6);
    other.close();
    network.output(tokens);
    assertThat(traces).hasSize(6);
  }

  @Test
  void anObserverMayCloseItsScope() {
    MultiLayerNetwork network = networks.stack(stack(2).build());
    INDArray tokens = networks.tokens(2, LENGTH, 1);
    AttentionAccess access = AttentionAccess.of(network).get(0);
    List<Integer> once = new ArrayList<>();
    List<Integer> always = new ArrayList<>();
    AtomicReference<Scope> own = new AtomicReference<>();
    own.set(
        access.observe(
            trace -> {
              once.add(trace.block());
              own.get().close();
            }));
    try (Scope scope = access.observe(trace -> always.add(trace.block()))) {
      network.output(tokens);
      network.output(tokens);
    }
    assertThat(once).containsExactly(0);
    assertThat(always).containsExactly(0, 1, 0, 1);
  }

  @Test
  void eachLayerOfANetworkIsItsOwn() {
    MultiLayerNetwork network = networks.sequence(block(), block(), block());
    List<AttentionAccess> layers = AttentionAccess.of(network);
    assertThat(layers).hasSize(3);
    INDArray x = networks.sequences(2, LENGTH, 1);
    List<AttentionTrace> traces = new ArrayList<>();
    List<String> order = new ArrayList<>();
    List<Scope> scopes = new ArrayList<>();
    for (int layer = 2; layer >= 0; layer--) {
      int index = layer;
      assertThat(layers.get(layer).blocks()).isEqualTo(1);
      assertThat(layers.get(layer).heads()).isEqualTo(HEADS);
      assertThat(layers.get(layer).headSize()).isEqualTo(WIDTH / HEADS);
      scopes.add(
          layers
              .get(layer)
              .observe(
                  trace -> {
                    order.add(index + "/" + trace.block());
                    traces.add(trace);
                  }));
    }
    network.output(x);
    scopes.forEach(Scope::close);
    assertThat(order).containsExactly("0/0", "1/0", "2/0");
    for (int layer = 0; layer < 3; layer++) {
      assertThat(Bits.of(traces.get(layer).outputWeight()))
          .isEqualTo(Bits.of(network.getParam(layer + "_attention.o.W")));
    }
  }

  @Test
  void blocksOfAStackComeInOrder() {
    MultiLayerNetwork network = networks.stack(stack(3).build());
    assertThat(AttentionAccess.of(network)).hasSize(1);
    assertThat(AttentionAccess.of(network).get(0).blocks()).isEqualTo(3);
    List<AttentionTrace> traces = observed(network, networks.tokens(2, LENGTH, 1), null);
    assertThat(traces).extracting(AttentionTrace::block).containsExactly(0, 1, 2);
    for (int block = 0; block < 3; block++) {
      assertThat(Bits.of(traces.get(block).outputWeight()))
          .isEqualTo(Bits.of(network.getParam("0_block" + block + ".attention.o.W")));
    }
  }

  @Test
  void observesInAComputationGraph() {
    ComputationGraph graph = networks.residual(block());
    INDArray x = networks.sequences(2, LENGTH, 1);
    long[] before = Bits.of(graph.outputSingle(x));
    List<AttentionTrace> traces = new ArrayList<>();
    assertThat(AttentionAccess.of(graph)).hasSize(1);
    try (Scope scope = AttentionAccess.of(graph).get(0).observe(traces::add)) {
      assertThat(Bits.of(graph.outputSingle(x))).isEqualTo(before);
    }
    assertThat(traces).hasSize(1);
    assertAddsUp(traces.get(0));
  }

  @Test
  void findsNothingWhereNothingIs() {
    MultiLayerNetwork network = networks.stack(stack(1).build());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AttentionAccess.of(network.getLayer(1)))
        .withMessage(
            "neither a MultiLayerNetwork nor a ComputationGraph:"
                + " org.deeplearning4j.nn.layers.OutputLayer");
  }

  @Test
  void theArraysAreTheObserversOwn() {
    MultiLayerNetwork network = shaken(networks.stack(stack(2).build()));
    INDArray tokens = networks.tokens(2, LENGTH, 1);
    long[] output = Bits.of(network.output(tokens));
    long[] params = Bits.of(network.params());
    for (AttentionTrace trace : observed(network, tokens, null)) {
      Stream.of(
              trace.queries(),
              trace.keys(),
              trace.logits(),
              trace.weights(),
              trace.headOutputs(),
              trace.output(),
              trace.outputWeight(),
              trace.outputBias())
          .forEach(array -> array.assign(1e9));
    }
    assertThat(Bits.of(network.params())).isEqualTo(params);
    assertThat(Bits.of(network.output(tokens))).isEqualTo(output);
  }

  @Test
  void anObserverThatThrowsBreaksItsPassOnly() {
    MultiLayerNetwork network = networks.stack(stack(2).build());
    INDArray tokens = networks.tokens(2, LENGTH, 1);
    long[] before = Bits.of(network.output(tokens));
    assertThatThrownBy(
            () -> {
              try (Scope scope =
                  AttentionAccess.of(network)
                      .get(0)
                      .observe(
                          trace -> {
                            throw new IllegalStateException("not today");
                          })) {
                network.output(tokens);
              }
            })
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("not today");
    assertThat(Bits.of(network.output(tokens))).isEqualTo(before);
    network.fit(tokens, networks.labels(2, 1));
    assertThat(Bits.of(network.output(tokens))).as("it still learns").isNotEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void contributionsAddUp(String scheme) {
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      Networks typed = Networks.of(type);
      for (boolean causal : new boolean[] {false, true}) {
        MultiLayerNetwork network =
            shaken(typed.stack(stack(2).scheme(scheme).causal(causal).build()));
        INDArray tokens = typed.tokens(3, LENGTH, 1);
        INDArray mask = typed.mask(LENGTH, 6, 4, 1);
        for (AttentionTrace trace : observed(network, tokens, mask)) {
          assertAddsUp(trace);
        }
      }
    }
  }

  /** The two usual ways to split wrongly keep every shape, and must show. */
  @Test
  void contributionsOfAWrongSplitDoNot() {
    MultiLayerNetwork network = shaken(networks.stack(stack(1).build()));
    AttentionTrace trace = observed(network, networks.tokens(3, LENGTH, 1), null).get(0);
    assertAddsUp(trace);
    INDArray transposed = trace.outputWeight().transpose().dup('c');
    INDArray headsLast =
        trace
            .headOutputs()
            .reshape('c', 3L * LENGTH, HEADS, WIDTH / HEADS)
            .permute(0, 2, 1)
            .dup('c')
            .reshape('c', trace.headOutputs().shape());
    assertThatThrownBy(() -> assertAddsUp(with(trace, trace.headOutputs(), transposed)))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> assertAddsUp(with(trace, headsLast, trace.outputWeight())))
        .isInstanceOf(AssertionError.class);
  }

  private static AttentionTrace with(
      AttentionTrace trace, INDArray headOutputs, INDArray outputWeight) {
    return new AttentionTrace(
        trace.block(),
        trace.queries(),
        trace.keys(),
        trace.scale(),
        trace.logits(),
        trace.weights(),
        headOutputs,
        trace.output(),
        outputWeight,
        trace.outputBias());
  }

  private static void assertAddsUp(AttentionTrace trace) {
    INDArray sum = trace.output().like();
    for (int head = 0; head < trace.heads(); head++) {
      sum.addi(trace.contribution(head));
    }
    sum.addi(trace.outputBias().reshape(1, 1, -1).broadcast(sum.shape()));
    INDArray difference = sum.sub(trace.output());
    if (sum.dataType() == DataType.DOUBLE) {
      assertThat(difference.amaxNumber().doubleValue()).isLessThan(1e-12);
    } else {
      assertThat(
              difference.norm2Number().doubleValue() / trace.output().norm2Number().doubleValue())
          .isLessThan(1e-5);
    }
  }

  private static List<AttentionTrace> observed(
      MultiLayerNetwork network, INDArray x, INDArray mask) {
    List<AttentionTrace> traces = new ArrayList<>();
    try (Scope scope = AttentionAccess.of(network).get(0).observe(traces::add)) {
      network.output(x, false, mask, null);
    }
    return traces;
  }
}
