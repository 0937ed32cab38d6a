package io.github.pelab.layers;

import static io.github.pelab.layers.Networks.VOCABULARY;
import static io.github.pelab.layers.Networks.WIDTH;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.layers.heads.AttentionTrace;
import io.github.pelab.layers.heads.HeadPart;
import io.github.pelab.layers.heads.PartRemoval;
import io.github.pelab.layers.heads.Scope;
import io.github.pelab.layers.scheme.LagKernel;
import io.github.pelab.layers.scheme.PositionTables.Learned;
import io.github.pelab.layers.scheme.PositionalScheme;
import io.github.pelab.layers.scheme.SchemeFactory;
import io.github.pelab.layers.scheme.Schemes;
import io.github.pelab.layers.sublayer.AttentionForms;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The queries and keys that an observer is shown, and what their scheme says of lags, make the
 * logits: for every scheme and form there is, at tokens that are no padding.
 */
class QueriesAndKeysTest {
  private static final double ROUNDING = 1e-10;
  private static final int HEADS = 2;
  private static final int K = WIDTH / HEADS;
  private static final int LAYERS = 2;
  private static final int LENGTH = 7;
  private static final int MAX = 9;
  private static final double LOGIT_SCALE = 0.6;
  private static final int[] TOKENS = {LENGTH, 4, 1};

  private final Networks networks = Networks.of(DataType.DOUBLE);
  private final INDArray tokens = networks.tokens(TOKENS.length, LENGTH, 1);
  private final INDArray mask = networks.mask(LENGTH, TOKENS);

  static Stream<Arguments> schemesAndForms() {
    return Stream.concat(
            Schemes.all().stream().map(SchemeFactory::name),
            Stream.of("rope(heads=1)+alibi", "t5(shared=false)+rope(fraction=0.5)"))
        .flatMap(scheme -> Networks.forms().stream().map(form -> Arguments.of(scheme, form)));
  }

  private MultiLayerNetwork network(String scheme, String form, boolean memory) {
    MultiLayerNetwork network =
        networks.stack(
            new EncoderStack.Builder()
                .vocabulary(VOCABULARY)
                .layers(LAYERS)
                .width(WIDTH)
                .heads(HEADS)
                .form(form)
                .scheme(scheme)
                .feedForward(6)
                .maxLength(MAX)
                .logitScale(LOGIT_SCALE)
                .memory(memory)
                .build());
    // A bias of zero would hide that it was forgotten, as a small table of biases by lag would.
    Nd4j.getRandom().setSeed(99);
    network.params().addi(Nd4j.randn(DataType.DOUBLE, network.params().shape()));
    return network;
  }

  private List<AttentionTrace> traces(MultiLayerNetwork network, List<PartRemoval> removals) {
    List<AttentionTrace> traces = new ArrayList<>();
    AttentionAccess access = AttentionAccess.of(network).get(0);
    try (Scope removed = access.intervene(removals);
        Scope observed = access.observe(traces::add)) {
      network.output(tokens, false, mask, null);
    }
    return traces;
  }

  /** The others' logits are no function of the lag. */
  static Stream<Arguments> schemesWithAKernelAndForms() {
    return schemesAndForms().filter(each -> Schemes.parse((String) each.get()[0]).hasLagKernel());
  }

  @ParameterizedTest
  @MethodSource("schemesWithAKernelAndForms")
  void makeTheLogitsByWhatTheSchemeSaysOfLags(String name, String form) {
    PositionalScheme scheme = Schemes.parse(name);
    int rotary = AttentionForms.parse(form).rotarySize(K);
    for (boolean memory : new boolean[] {false, true}) {
      MultiLayerNetwork network = network(name, form, memory);
      for (AttentionTrace trace : traces(network, List.of())) {
        Learned learned = learned(network, trace.block());
        for (int head = 0; head < HEADS; head++) {
          LagKernel kernel = LagKernel.of(scheme, head, HEADS, rotary, LENGTH, learned);
          assertThat(distance(trace, head, (q, k, lag) -> logit(trace, kernel, q, k, lag)))
              .isLessThan(ROUNDING);
        }
      }
    }
  }

  /** Of a query and a key, of which {@code kernel} turns the last components. */
  private static double logit(
      AttentionTrace trace, LagKernel kernel, double[] q, double[] k, int lag) {
    int at = lag + LENGTH - 1;
    int content = q.length - 2 * kernel.cos().length;
    double sum = 0;
    for (int c = 0; c < content; c++) {
      sum += q[c] * k[c];
    }
    for (int p = 0; p < kernel.cos().length; p++) {
      int c = content + 2 * p;
      double re = q[c] * k[c] + q[c + 1] * k[c + 1];
      double im = q[c + 1] * k[c] - q[c] * k[c + 1];
      sum += re * kernel.cos()[p][at] - im * kernel.sin()[p][at];
    }
    return trace.scale() * sum + LOGIT_SCALE * kernel.bias()[at];
  }

  /** Another head's queries, and all keys, do not depend on what makes a head's queries. */
  @ParameterizedTest
  @MethodSource("io.github.pelab.layers.Networks#forms")
  void areMadeHeadByHeadByTheColumnsOfTheirWeights(String form) {
    MultiLayerNetwork network = network("rope", form, false);
    AttentionAccess access = AttentionAccess.of(network).get(0);
    for (boolean ofQueries : new boolean[] {true, false}) {
      List<String> names = ofQueries ? access.queryWeights(1) : access.keyWeights(1);
      assertThat(names).isNotEmpty();
      for (String name : names) {
        INDArray weight = network.getParam("0_" + name);
        long columns = weight.columns() / HEADS;
        for (int head = 0; head < HEADS; head++) {
          AttentionTrace before = traces(network, List.of()).get(1);
          weight
              .get(NDArrayIndex.all(), NDArrayIndex.interval(head * columns, (head + 1) * columns))
              .addi(1);
          AttentionTrace after = traces(network, List.of()).get(1);
          for (int other = 0; other < HEADS; other++) {
            assertThat(sameBits(after.queries(), before.queries(), other))
                .isEqualTo(!ofQueries || other != head);
            assertThat(sameBits(after.keys(), before.keys(), other))
                .isEqualTo(ofQueries || other != head);
          }
        }
      }
    }
  }

  private static boolean sameBits(INDArray one, INDArray other, int head) {
    return Arrays.equals(Bits.of(ofHead(one, head)), Bits.of(ofHead(other, head)));
  }

  private static INDArray ofHead(INDArray queries, int head) {
    long size = queries.size(2) / HEADS;
    return queries
        .get(
            NDArrayIndex.all(),
            NDArrayIndex.all(),
            NDArrayIndex.interval(head * size, (head + 1) * size))
        .dup('c');
  }

  @ParameterizedTest
  @MethodSource("schemesAndForms")
  void makeTheLogitsOfHeadsWithoutPositions(String scheme, String form) {
    MultiLayerNetwork network = network(scheme, form, false);
    Set<HeadPart> parts = AttentionAccess.of(network).get(0).parts();
    List<PartRemoval> positions = new ArrayList<>();
    for (HeadPart part : List.of(HeadPart.ROTATION, HeadPart.LAG_BIAS)) {
      for (int head = 0; head < HEADS && parts.contains(part); head++) {
        positions.add(new PartRemoval(0, head, part));
      }
    }
    AttentionTrace with = traces(network, List.of()).get(0);
    AttentionTrace without = traces(network, positions).get(0);
    for (int head = 0; head < HEADS; head++) {
      INDArray query = with.query(head);
      assertThat(Bits.of(query)).isEqualTo(Bits.of(without.query(head)));
      assertThat(Bits.of(with.key(head))).isEqualTo(Bits.of(without.key(head)));
      assertThat(distance(without, head, (q, k, lag) -> with.scale() * dot(q, k)))
          .isLessThan(ROUNDING);
      if (!positions.isEmpty()) {
        assertThat(distance(with, head, (q, k, lag) -> with.scale() * dot(q, k)))
            .as("what was removed would show")
            .isGreaterThan(1e-3);
      }
    }
  }

  /** A split by other columns, or another scale, would show. */
  @ParameterizedTest
  @MethodSource("io.github.pelab.layers.Networks#forms")
  void ofAnotherHeadMakeOthers(String form) {
    AttentionTrace trace = traces(network("nope", form, false), List.of()).get(0);
    AttentionTrace swapped =
        new AttentionTrace(
            0,
            Nd4j.concat(2, trace.query(1), trace.query(0)),
            trace.keys(),
            trace.scale(),
            trace.logits(),
            trace.weights(),
            trace.headOutputs(),
            trace.output(),
            trace.outputWeight(),
            trace.outputBias());
    for (int head = 0; head < HEADS; head++) {
      assertThat(distance(trace, head, (q, k, lag) -> trace.scale() * dot(q, k)))
          .isLessThan(ROUNDING);
      assertThat(distance(swapped, head, (q, k, lag) -> trace.scale() * dot(q, k)))
          .isGreaterThan(1e-2);
      assertThat(distance(trace, head, (q, k, lag) -> 1.01 * trace.scale() * dot(q, k)))
          .isGreaterThan(1e-3);
    }
  }

  /** Of latent attention: what is removed of a head is not among what it scores with. */
  @Test
  void aPartThatWasRemovedIsZero() {
    MultiLayerNetwork network = network("nope", "mla(compressed=6,rotary=4)", false);
    AttentionTrace trace =
        traces(
                network,
                List.of(
                    new PartRemoval(0, 0, HeadPart.CONTENT),
                    new PartRemoval(0, 1, HeadPart.ROTARY)))
            .get(0);
    assertThat(trace.queries().shape()).containsExactly(TOKENS.length, LENGTH, 2 * (K + 4));
    double[] one = row(trace.query(0), 0, 2);
    double[] other = row(trace.query(1), 0, 2);
    for (int c = 0; c < K + 4; c++) {
      assertThat(one[c] == 0).isEqualTo(c < K);
      assertThat(other[c] == 0).isEqualTo(c >= K);
    }
    for (int head = 0; head < HEADS; head++) {
      assertThat(distance(trace, head, (q, k, lag) -> trace.scale() * dot(q, k)))
          .isLessThan(ROUNDING);
    }
  }

  private interface Logit {
    double of(double[] query, double[] key, int lag);
  }

  /** The largest one from a head's logits to {@code logit}. */
  private static double distance(AttentionTrace trace, int head, Logit logit) {
    INDArray queries = trace.query(head);
    INDArray keys = trace.key(head);
    double largest = 0;
    for (int b = 0; b < TOKENS.length; b++) {
      for (int i = 0; i < TOKENS[b]; i++) {
        for (int j = 0; j < TOKENS[b]; j++) {
          double made = logit.of(row(queries, b, i), row(keys, b, j), i - j);
          largest = Math.max(largest, Math.abs(made - trace.logits().getDouble(b, head, i, j)));
        }
      }
    }
    return largest;
  }

  private static double[] row(INDArray tokens, int b, int t) {
    double[] row = new double[(int) tokens.size(2)];
    for (int c = 0; c < row.length; c++) {
      row[c] = tokens.getDouble(b, t, c);
    }
    return row;
  }

  private static double dot(double[] one, double[] other) {
    double sum = 0;
    for (int c = 0; c < one.length; c++) {
      sum += one[c] * other[c];
    }
    return sum;
  }

  private static Learned learned(MultiLayerNetwork network, int block) {
    Map<String, INDArray> parameters = network.paramTable();
    INDArray shared = parameters.get("0_lagBias");
    INDArray table = shared == null ? parameters.get("0_lagBias" + block) : shared;
    return new Learned(MAX, null, table == null ? null : table.toDoubleMatrix());
  }
}
