package io.github.pelab.layers;

import static io.github.pelab.layers.Networks.VOCABULARY;
import static io.github.pelab.layers.Networks.WIDTH;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.layers.heads.AttentionTrace;
import io.github.pelab.layers.heads.HeadIntervention;
import io.github.pelab.layers.heads.HeadPart;
import io.github.pelab.layers.heads.HeadReplacement;
import io.github.pelab.layers.heads.PartRemoval;
import io.github.pelab.layers.heads.Scope;
import io.github.pelab.layers.scheme.LearnedLagBias;
import io.github.pelab.layers.scheme.PositionTables;
import io.github.pelab.layers.scheme.PositionTables.Learned;
import io.github.pelab.layers.scheme.Schemes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Gradients at logits. Nobody can move a logit from outside, so they are held against gradients of
 * parameters, which {@link GradientTest} holds against differences of the loss: what depends on
 * logits in a known way has its gradient from theirs.
 */
class LogitGradientTest {
  private static final double ROUNDING = 1e-12;

  /** More than rounding could make of what is equal. */
  private static final double DIFFERENT = 1e-4;

  private static final int HEADS = 2;
  private static final int K = WIDTH / HEADS;
  private static final int LAYERS = 2;
  private static final int LENGTH = 7;
  private static final int MAX = 9;
  private static final double LOGIT_SCALE = 0.6;
  private static final int[] TOKENS = {LENGTH, 4, 1};

  private final Networks networks = Networks.of(DataType.DOUBLE);

  @AfterEach
  void asBefore() {
    System.clearProperty("pe.kernel");
  }

  private static EncoderStack.Builder stack(String scheme, String form) {
    return new EncoderStack.Builder()
        .vocabulary(VOCABULARY)
        .layers(LAYERS)
        .width(WIDTH)
        .heads(HEADS)
        .form(form)
        .scheme(scheme)
        .feedForward(6)
        .maxLength(MAX);
  }

  /** Biases start at zero, and those by lag near it: what they are for would hardly show. */
  private static MultiLayerNetwork shaken(MultiLayerNetwork network) {
    Nd4j.getRandom().setSeed(99);
    network
        .params()
        .addi(Nd4j.randn(network.params().dataType(), network.params().shape()).muli(0.3));
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

  /** What an observer of such a step is shown, block by block. */
  private List<INDArray> gradients(MultiLayerNetwork network) {
    List<INDArray> gradients = new ArrayList<>();
    try (Scope scope =
        access(network)
            .observeGradients(
                (block, each) -> {
                  assertThat(block).isEqualTo(gradients.size());
                  gradients.add(each);
                })) {
      step(network, networks);
    }
    assertThat(gradients).hasSize(LAYERS);
    return gradients;
  }

  private static AttentionAccess access(MultiLayerNetwork network) {
    return AttentionAccess.of(network).get(0);
  }

  static Stream<Arguments> lagBiasesAndForms() {
    return Stream.of("t5(buckets=0)", "t5(buckets=0,shared=false)+rope", "t5+alibi")
        .flatMap(scheme -> Networks.forms().stream().map(form -> Arguments.of(scheme, form)));
  }

  /** The learned bias of a head at a lag, scaled, is a term of all its logits at that lag. */
  @ParameterizedTest
  @MethodSource("lagBiasesAndForms")
  void sumToThoseOfLearnedLagBiases(String scheme, String form) {
    for (boolean causal : new boolean[] {false, true}) {
      MultiLayerNetwork network =
          shaken(
              networks.stack(
                  stack(scheme, form)
                      .causal(causal)
                      .attentionDropout(0.2)
                      .logitScale(LOGIT_SCALE)
                      .build()));
      List<INDArray> gradients = gradients(network);
      LearnedLagBias bias = Schemes.parse(scheme).learnedLagBias().orElseThrow();
      for (int table = 0; table < (bias.shared() ? 1 : LAYERS); table++) {
        List<INDArray> using = bias.shared() ? gradients : List.of(gradients.get(table));
        INDArray found =
            network.gradient().getGradientFor("0_lagBias" + (bias.shared() ? "" : table));
        for (int head = 0; head < HEADS; head++) {
          INDArray column = found.getColumn(head).div(LOGIT_SCALE);
          assertThat(distance(byBucket(using, head, bias), column)).isLessThan(ROUNDING);
          assertThat(distance(byBucket(using, 1 - head, bias), column)).isGreaterThan(DIFFERENT);
        }
      }
    }
  }

  private static double[] byBucket(List<INDArray> gradients, int head, LearnedLagBias bias) {
    double[] sums = new double[bias.buckets(MAX)];
    for (INDArray block : gradients) {
      for (int b = 0; b < block.size(0); b++) {
        for (int i = 0; i < block.size(2); i++) {
          for (int j = 0; j < block.size(3); j++) {
            sums[bias.bucket(i - j, MAX)] += block.getDouble(b, head, i, j);
          }
        }
      }
    }
    return sums;
  }

  private static double distance(double[] expected, INDArray found) {
    double largest = 0;
    for (int at = 0; at < expected.length; at++) {
      largest = Math.max(largest, Math.abs(expected[at] - found.getDouble(at)));
    }
    return largest;
  }

  /** q = x W + b, and logits are products with it. */
  @ParameterizedTest
  @ValueSource(strings = {"nope", "rope", "rope(heads=1)+t5"})
  void makeThoseOfTheWeightOfQueries(String scheme) {
    MultiLayerNetwork network =
        shaken(
            networks.sequence(
                new MultiHeadAttention.Builder()
                    .heads(HEADS)
                    .scheme(scheme)
                    .maxLength(MAX)
                    .attentionDropout(0.2)
                    .logitScale(LOGIT_SCALE)
                    .build()));
    INDArray x = networks.sequences(TOKENS.length, LENGTH, 1);
    INDArray mask = networks.mask(LENGTH, TOKENS);
    List<AttentionTrace> traces = new ArrayList<>();
    List<INDArray> gradients = new ArrayList<>();
    try (Scope forward = access(network).observe(traces::add);
        Scope backward = access(network).observeGradients((block, each) -> gradients.add(each))) {
      network.setInput(x);
      network.setLabels(networks.labels(TOKENS.length, LENGTH, 2));
      network.setLayerMaskArrays(mask, mask);
      network.computeGradientAndScore();
    }
    INDArray rows = x.reshape('c', (long) TOKENS.length * LENGTH, WIDTH);
    INDArray found = network.gradient().getGradientFor("0_q.W");
    PositionTables tables =
        PositionTables.of(Schemes.parse(scheme), HEADS, K, WIDTH, LENGTH, Learned.NOTHING);
    for (int head = 0; head < HEADS; head++) {
      INDArray columns =
          found.get(NDArrayIndex.all(), NDArrayIndex.interval(head * K, (head + 1) * K));
      for (int from = 0; from < HEADS; from++) {
        INDArray queries = ofQueries(traces.get(0), head, gradients.get(0).slice(from, 1), tables);
        double distance = rows.transpose().mmul(queries).sub(columns).amaxNumber().doubleValue();
        if (from == head) {
          assertThat(distance).isLessThan(ROUNDING);
        } else {
          assertThat(distance).as("of another head's logits").isGreaterThan(DIFFERENT);
        }
      }
    }
  }

  /**
   * The gradients of a head's queries, before the scheme rotated them, {@code [B·T, K]}.
   *
   * @param ofLogits {@code [B, T, T]}
   */
  private static INDArray ofQueries(
      AttentionTrace trace, int head, INDArray ofLogits, PositionTables tables) {
    INDArray keys = trace.key(head);
    double[][] gradients = new double[TOKENS.length * LENGTH][];
    for (int b = 0; b < TOKENS.length; b++) {
      for (int i = 0; i < LENGTH; i++) {
        double[] rotated = new double[K];
        for (int j = 0; j < LENGTH; j++) {
          double[] key = new double[K];
          for (int c = 0; c < K; c++) {
            key[c] = keys.getDouble(b, j, c);
          }
          key = turned(tables, head, j, 1, key);
          for (int c = 0; c < K; c++) {
            rotated[c] += trace.scale() * ofLogits.getDouble(b, i, j) * key[c];
          }
        }
        gradients[b * LENGTH + i] = turned(tables, head, i, -1, rotated);
      }
    }
    return Nd4j.createFromArray(gradients);
  }

  /**
   * Turned as the scheme turns what stands at {@code t}.
   *
   * @param way 1, or −1 for back
   */
  private static double[] turned(PositionTables tables, int head, int t, int way, double[] x) {
    if (!tables.rotates()) {
      return x;
    }
    double[] y = new double[K];
    for (int p = 0; p < K / 2; p++) {
      double cos = tables.cos()[(head * LENGTH + t) * K / 2 + p];
      double sin = way * tables.sin()[(head * LENGTH + t) * K / 2 + p];
      y[2 * p] = x[2 * p] * cos - x[2 * p + 1] * sin;
      y[2 * p + 1] = x[2 * p + 1] * cos + x[2 * p] * sin;
    }
    return y;
  }

  /** Softmax does not see what is added to a whole row, nor anything where it is masked. */
  @ParameterizedTest
  @MethodSource("io.github.pelab.layers.Networks#forms")
  void ofARowSumToZeroAndAreZeroWhereNothingIsSeen(String form) {
    for (boolean causal : new boolean[] {false, true}) {
      MultiLayerNetwork network =
          shaken(networks.stack(stack("rope+t5", form).causal(causal).build()));
      for (INDArray block : gradients(network)) {
        assertThat(block.shape()).containsExactly(TOKENS.length, HEADS, LENGTH, LENGTH);
        assertThat(block.amaxNumber().doubleValue()).isGreaterThan(DIFFERENT);
        assertThat(block.sum(3).amaxNumber().doubleValue()).isLessThan(1e-15);
        for (int b = 0; b < TOKENS.length; b++) {
          for (int h = 0; h < HEADS; h++) {
            for (int i = 0; i < LENGTH; i++) {
              for (int j = 0; j < LENGTH; j++) {
                if (i >= TOKENS[b] || j >= TOKENS[b] || (causal && j > i)) {
                  assertThat(block.getDouble(b, h, i, j)).isZero();
                }
              }
            }
          }
        }
      }
    }
  }

  @Test
  void observingChangesNoBitOfAGraphsPasses() {
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      System.setProperty("pe.kernel", "graph");
      Networks typed = Networks.of(type);
      MultiLayerNetwork network =
          shaken(typed.stack(stack("rope+t5", "multi-head").attentionDropout(0.2).build()));
      List<long[]> made = new ArrayList<>();
      List<INDArray> shown = new ArrayList<>();
      for (boolean observed : new boolean[] {false, true, false}) {
        Scope scope =
            observed
                ? access(network).observeGradients((block, each) -> shown.add(each))
                : () -> {};
        try (scope) {
          step(network, typed);
        }
        made.add(Bits.of(network.gradient().gradient()));
        made.add(new long[] {Double.doubleToRawLongBits(network.score())});
      }
      assertThat(shown).hasSize(LAYERS).allMatch(each -> each.dataType() == type);
      assertThat(made.get(2)).isEqualTo(made.get(0));
      assertThat(made.get(3)).isEqualTo(made.get(1));
      assertThat(made.get(4)).isEqualTo(made.get(0));
    }
  }

  /** Kernels hold no logits: while somebody looks, both passes are the graph's. */
  @Test
  void kernelsAreLeftWhileObserved() {
    EncoderStack stack = stack("rope+t5", "multi-head").build();
    Networks single = Networks.of(DataType.FLOAT);
    MultiLayerNetwork network = shaken(single.stack(stack));
    assertThat(access(network).kernel()).startsWith("vector");
    step(network, single);
    long[] byKernels = Bits.of(network.gradient().gradient());
    long[] inferred = Bits.of(network.output(single.tokens(2, 5, 1)));

    System.setProperty("pe.kernel", "graph");
    MultiLayerNetwork graph = single.stack(stack);
    graph.setParams(network.params());
    step(graph, single);
    long[] byGraph = Bits.of(graph.gradient().gradient());
    assertThat(byGraph).as("or this shows nothing").isNotEqualTo(byKernels);

    List<INDArray> shown = new ArrayList<>();
    try (Scope scope = access(network).observeGradients((block, each) -> shown.add(each))) {
      step(network, single);
      assertThat(Bits.of(network.gradient().gradient())).isEqualTo(byGraph);
      assertThat(Bits.of(network.output(single.tokens(2, 5, 1))))
          .isEqualTo(Bits.of(graph.output(single.tokens(2, 5, 1))));
    }
    assertThat(shown).hasSize(LAYERS);
    step(network, single);
    assertThat(Bits.of(network.gradient().gradient())).isEqualTo(byKernels);
    assertThat(Bits.of(network.output(single.tokens(2, 5, 1)))).isEqualTo(inferred);
    assertThat(shown).hasSize(LAYERS);
  }

  /** The forward pass by kernels, before anybody looked, the backward pass by the graph. */
  @Test
  void anObserverMayComeBetweenThePasses() {
    Networks single = Networks.of(DataType.FLOAT);
    MultiLayerNetwork network =
        single.alone(stack("t5", "multi-head").attentionDropout(0.2).build());
    INDArray epsilon = Nd4j.rand(DataType.FLOAT, 3, WIDTH);
    network.setInput(single.tokens(3, LENGTH, 1));
    network.feedForward(true, false);
    INDArray byKernels = network.backpropGradient(epsilon, null).getFirst().gradient().dup();
    List<INDArray> shown = new ArrayList<>();
    network.setInput(single.tokens(3, LENGTH, 1));
    network.feedForward(true, false);
    try (Scope scope = access(network).observeGradients((block, each) -> shown.add(each))) {
      INDArray gradient = network.backpropGradient(epsilon, null).getFirst().gradient();
      assertThat(gradient.sub(byKernels).amaxNumber().doubleValue())
          .isLessThan(1e-5 * byKernels.amaxNumber().doubleValue());
    }
    assertThat(shown).hasSize(LAYERS);
  }

  @Test
  void areTheObserversOwnUntilItsScopeIsClosed() {
    MultiLayerNetwork network = shaken(networks.stack(stack("t5", "multi-head").build()));
    step(network, networks);
    long[] before = Bits.of(network.gradient().gradient());
    AttentionAccess access = access(network);
    List<Integer> once = new ArrayList<>();
    List<Integer> always = new ArrayList<>();
    AtomicReference<Scope> own = new AtomicReference<>();
    own.set(
        access.observeGradients(
            (block, each) -> {
              once.add(block);
              each.assign(1e9);
              own.get().close();
            }));
    Scope other = access.observeGradients((block, each) -> always.add(block));
    network.output(networks.tokens(2, LENGTH, 1));
    assertThat(always).as("no backward pass yet").isEmpty();
    step(network, networks);
    assertThat(Bits.of(network.gradient().gradient())).isEqualTo(before);
    step(network, networks);
    other.close();
    other.close();
    step(network, networks);
    assertThat(once).containsExactly(0);
    assertThat(always).containsExactly(0, 1, 0, 1);
  }

  /** What a head scores with is of no matter while its output is replaced. */
  @Test
  void areThoseOfThePassThatWasMade() {
    MultiLayerNetwork network =
        shaken(networks.stack(stack("t5(buckets=0)", "multi-head").build()));
    List<HeadIntervention> interventions =
        List.of(
            new HeadReplacement(0, 0, Nd4j.zeros(DataType.DOUBLE, K)),
            new PartRemoval(1, 1, HeadPart.LAG_BIAS));
    LearnedLagBias bias = Schemes.parse("t5(buckets=0)").learnedLagBias().orElseThrow();
    try (Scope scope = access(network).intervene(interventions)) {
      List<INDArray> gradients = gradients(network);
      assertThat(gradients.get(0).slice(0, 1).amaxNumber().doubleValue()).isZero();
      assertThat(gradients.get(0).slice(1, 1).amaxNumber().doubleValue()).isPositive();
      assertThat(gradients.get(1).slice(1, 1).amaxNumber().doubleValue()).isPositive();
      INDArray found = network.gradient().getGradientFor("0_lagBias");
      assertThat(distance(byBucket(gradients.subList(1, 2), 0, bias), found.getColumn(0)))
          .isLessThan(ROUNDING);
      assertThat(distance(byBucket(gradients.subList(0, 1), 1, bias), found.getColumn(1)))
          .as("in block 1 this head has no bias by lag")
          .isLessThan(ROUNDING);
    }
  }

  @Test
  void ofAVertexToo() {
    EncoderBlock block =
        new EncoderBlock.Builder()
            .width(WIDTH)
            .heads(HEADS)
            .scheme("t5(buckets=0)")
            .feedForward(6)
            .maxLength(MAX)
            .build();
    ComputationGraph graph = networks.withMemory(block);
    graph.setInputs(
        networks.sequences(TOKENS.length, LENGTH, 1), networks.sequences(TOKENS.length, LENGTH, 2));
    graph.setLabels(networks.labels(TOKENS.length, LENGTH, 2));
    List<INDArray> gradients = new ArrayList<>();
    AttentionAccess vertex = AttentionAccess.of(graph).get(2);
    try (Scope scope = vertex.observeGradients((index, each) -> gradients.add(each))) {
      graph.computeGradientAndScore();
    }
    LearnedLagBias bias = Schemes.parse("t5(buckets=0)").learnedLagBias().orElseThrow();
    INDArray found = graph.gradient().getGradientFor("block_lagBias");
    for (int head = 0; head < HEADS; head++) {
      assertThat(distance(byBucket(gradients, head, bias), found.getColumn(head)))
          .isLessThan(ROUNDING);
    }
  }
}
