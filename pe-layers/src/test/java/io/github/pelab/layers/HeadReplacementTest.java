package io.github.pelab.layers;

import static io.github.pelab.layers.Networks.VOCABULARY;
import static io.github.pelab.layers.Networks.WIDTH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.layers.heads.AttentionTrace;
import io.github.pelab.layers.heads.HeadReplacement;
import io.github.pelab.layers.heads.Scope;
import io.github.pelab.layers.scheme.SchemeFactory;
import io.github.pelab.layers.scheme.Schemes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Replacing what a head hands to the output projection: that head's, no other's, and for a time.
 */
class HeadReplacementTest {
  private static final double ROUNDING = 1e-12;
  private static final int HEADS = 2;
  private static final int K = WIDTH / HEADS;
  private static final int BATCH = 3;
  private static final int LENGTH = 6;

  private final Networks networks = Networks.of(DataType.DOUBLE);
  private final MultiLayerNetwork network = networks.stack(stack("rope").build());
  private final AttentionAccess access = AttentionAccess.of(network).get(0);
  private final INDArray tokens = networks.tokens(BATCH, LENGTH, 1);
  private final INDArray mask = networks.mask(LENGTH, 6, 4, 1);
  private final INDArray value = Nd4j.createFromArray(0.5, -1.25, 2, 0.0625);

  /** The gradient check refuses to run under any other default. */
  @BeforeAll
  static void inDouble() {
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
  }

  @AfterAll
  static void asBefore() {
    Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
  }

  static Stream<String> schemes() {
    return Schemes.all().stream().map(SchemeFactory::name);
  }

  private static EncoderStack.Builder stack(String scheme) {
    return new EncoderStack.Builder()
        .vocabulary(VOCABULARY)
        .layers(2)
        .width(WIDTH)
        .heads(HEADS)
        .scheme(scheme)
        .feedForward(6);
  }

  @Test
  void replacesByOneValueForAllTokens() {
    AttentionTrace before = trace(network, 1);
    for (int head = 0; head < HEADS; head++) {
      try (Scope scope = access.intervene(List.of(new HeadReplacement(1, head, value)))) {
        AttentionTrace after = trace(network, 1);
        assertOtherHeadsUntouched(before, after, head);
        for (int b = 0; b < BATCH; b++) {
          for (int t = 0; t < LENGTH; t++) {
            assertThat(Bits.of(tokenOf(after.headOutput(head), b, t))).isEqualTo(Bits.of(value));
          }
        }
        assertOutputFollows(after);
        assertThat(distance(after.output(), before.output())).isGreaterThan(1e-3);
      }
    }
  }

  @Test
  void replacesByAValueForEachToken() {
    AttentionTrace before = trace(network, 0);
    INDArray values = Nd4j.randn(DataType.DOUBLE, BATCH, LENGTH, K);
    // Whatever order its elements lie in.
    for (INDArray given : new INDArray[] {values, values.dup('f')}) {
      try (Scope scope = access.intervene(List.of(new HeadReplacement(0, 1, given)))) {
        AttentionTrace after = trace(network, 0);
        assertOtherHeadsUntouched(before, after, 1);
        assertThat(Bits.of(after.headOutput(1))).isEqualTo(Bits.of(values));
        assertOutputFollows(after);
      }
    }
  }

  /** More rows than the batch has tokens, as many, fewer, one. */
  @ParameterizedTest
  @ValueSource(ints = {20, BATCH * LENGTH, 7, 1})
  void dealsRowsOutToTheTokensInOrder(int rows) {
    INDArray values = Nd4j.randn(DataType.DOUBLE, rows, K);
    AttentionTrace before = trace(network, 0);
    for (INDArray given : new INDArray[] {values, values.dup('f')}) {
      try (Scope scope = access.intervene(List.of(new HeadReplacement(0, 1, given)))) {
        AttentionTrace after = trace(network, 0);
        assertOtherHeadsUntouched(before, after, 1);
        assertOutputFollows(after);
        for (int b = 0; b < BATCH; b++) {
          for (int t = 0; t < LENGTH; t++) {
            assertThat(Bits.of(tokenOf(after.headOutput(1), b, t)))
                .isEqualTo(Bits.of(values.getRow((b * LENGTH + t) % rows)));
          }
        }
      }
    }
  }

  /** Both shapes of values at once, in both blocks: each lands where it belongs. */
  @Test
  void replacesSeveralHeads() {
    INDArray values = Nd4j.randn(DataType.DOUBLE, BATCH, LENGTH, K);
    try (Scope scope =
        access.intervene(
            List.of(
                new HeadReplacement(0, 0, value),
                new HeadReplacement(1, 0, values),
                new HeadReplacement(1, 1, value)))) {
      AttentionTrace first = trace(network, 0);
      AttentionTrace second = trace(network, 1);
      assertThat(Bits.of(tokenOf(first.headOutput(0), 2, 3))).isEqualTo(Bits.of(value));
      assertThat(Bits.of(second.headOutput(0))).isEqualTo(Bits.of(values));
      assertThat(Bits.of(tokenOf(second.headOutput(1), 2, 3))).isEqualTo(Bits.of(value));
    }
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void byWhatItWasChangesNothing(String scheme) {
    for (boolean causal : new boolean[] {false, true}) {
      MultiLayerNetwork model = networks.stack(stack(scheme).causal(causal).build());
      INDArray before = model.output(tokens, false, mask, null).dup();
      for (int block = 0; block < 2; block++) {
        AttentionTrace trace = trace(model, block);
        List<HeadReplacement> own = new ArrayList<>();
        for (int head = 0; head < HEADS; head++) {
          own.add(new HeadReplacement(block, head, trace.headOutput(head)));
        }
        try (Scope scope = AttentionAccess.of(model).get(0).intervene(own)) {
          assertThat(distance(model.output(tokens, false, mask, null), before))
              .isLessThan(ROUNDING);
        }
      }
    }
  }

  @Test
  void ofTwoScopesTheLaterHoldsWhicheverIsClosedFirst() {
    INDArray other = value.mul(3);
    long[] untouched = output();
    for (boolean laterFirst : new boolean[] {true, false}) {
      Scope earlier = access.intervene(List.of(new HeadReplacement(1, 0, value)));
      long[] withValue = output();
      Scope later = access.intervene(List.of(new HeadReplacement(1, 0, other)));
      long[] withOther = output();
      assertThat(withValue).isNotEqualTo(untouched);
      assertThat(withOther).isNotEqualTo(withValue);
      assertThat(Bits.of(tokenOf(trace(network, 1).headOutput(0), 0, 0))).isEqualTo(Bits.of(other));
      if (laterFirst) {
        later.close();
        assertThat(output()).isEqualTo(withValue);
        earlier.close();
      } else {
        earlier.close();
        assertThat(output()).isEqualTo(withOther);
        later.close();
      }
      assertThat(output()).isEqualTo(untouched);
      earlier.close();
      later.close();
      assertThat(output()).isEqualTo(untouched);
    }
  }

  @Test
  void withinOneScopeTheLaterHoldsToo() {
    INDArray values = Nd4j.randn(DataType.DOUBLE, BATCH, LENGTH, K);
    try (Scope scope =
        access.intervene(
            List.of(new HeadReplacement(1, 0, values), new HeadReplacement(1, 0, value)))) {
      assertThat(Bits.of(tokenOf(trace(network, 1).headOutput(0), 1, 2))).isEqualTo(Bits.of(value));
    }
    try (Scope scope =
        access.intervene(
            List.of(new HeadReplacement(1, 0, value), new HeadReplacement(1, 0, values)))) {
      assertThat(Bits.of(trace(network, 1).headOutput(0))).isEqualTo(Bits.of(values));
    }
  }

  @Test
  void scopesWithTheSameReplacementsAreTwo() {
    long[] untouched = output();
    List<HeadReplacement> replacements = List.of(new HeadReplacement(0, 0, value));
    Scope one = access.intervene(replacements);
    Scope other = access.intervene(replacements);
    long[] replaced = output();
    one.close();
    assertThat(output()).isEqualTo(replaced).isNotEqualTo(untouched);
    other.close();
    assertThat(output()).isEqualTo(untouched);
  }

  @Test
  void parametersAreNotTouched() {
    long[] before = Bits.of(network.params());
    try (Scope scope = access.intervene(List.of(new HeadReplacement(0, 0, value)))) {
      output();
      assertThat(Bits.of(network.params())).isEqualTo(before);
    }
    assertThat(Bits.of(network.params())).isEqualTo(before);
  }

  @Test
  void replacesInAComputationGraph() {
    ComputationGraph graph =
        networks.residual(new MultiHeadAttention.Builder().heads(HEADS).scheme("rope").build());
    INDArray x = networks.sequences(2, LENGTH, 1);
    long[] before = Bits.of(graph.outputSingle(x));
    try (Scope scope =
        AttentionAccess.of(graph).get(0).intervene(List.of(new HeadReplacement(0, 1, value)))) {
      assertThat(Bits.of(graph.outputSingle(x))).isNotEqualTo(before);
    }
    assertThat(Bits.of(graph.outputSingle(x))).isEqualTo(before);
  }

  /** A value has the model's precision, whatever type the token numbers have. */
  @ParameterizedTest
  @EnumSource(names = {"INT", "LONG", "FLOAT", "DOUBLE"})
  void tokenNumbersOfAnyType(DataType type) {
    INDArray fine = value.add(1 / 3.0);
    INDArray ids = tokens.castTo(type);
    assertThat(Bits.of(network.output(ids))).isEqualTo(Bits.of(network.output(tokens)));
    assertThat(Bits.of(network.output(ids, false, mask.castTo(type), null))).isEqualTo(output());
    List<AttentionTrace> traces = new ArrayList<>();
    try (Scope replaced = access.intervene(List.of(new HeadReplacement(0, 1, fine)));
        Scope observed = access.observe(traces::add)) {
      network.output(ids);
    }
    assertThat(Bits.of(tokenOf(traces.get(0).headOutput(1), 1, 2))).isEqualTo(Bits.of(fine));
  }

  /** In training, other heads keep their dropout. */
  @Test
  void otherHeadsStayAsTheyWereUnderDropout() {
    MultiLayerNetwork model =
        networks.stack(stack("rope").attentionDropout(0.3).residualDropout(0.3).build());
    AttentionTrace before = trainingTrace(model, 1);
    assertThat(Bits.of(trainingTrace(model, 1).headOutputs()))
        .isEqualTo(Bits.of(before.headOutputs()));
    try (Scope scope =
        AttentionAccess.of(model).get(0).intervene(List.of(new HeadReplacement(1, 0, value)))) {
      assertOtherHeadsUntouched(before, trainingTrace(model, 1), 0);
    }
  }

  private AttentionTrace trainingTrace(MultiLayerNetwork model, int block) {
    List<AttentionTrace> traces = new ArrayList<>();
    try (Scope scope = AttentionAccess.of(model).get(0).observe(traces::add)) {
      model.feedForward(tokens, true);
    }
    return traces.get(block);
  }

  @Test
  void refusesHeadsThatAreNotThere() {
    for (int[] wrong : new int[][] {{-1, 0}, {2, 0}, {0, -1}, {0, HEADS}}) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> access.intervene(List.of(new HeadReplacement(wrong[0], wrong[1], value))))
          .withMessage(
              "no head %d in block %d: the layer has blocks 0 to 1 with heads 0 to 1",
              wrong[1], wrong[0]);
    }
  }

  @Test
  void refusesValuesOfOtherShapes() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                access.intervene(
                    List.of(new HeadReplacement(1, 0, Nd4j.zeros(DataType.DOUBLE, K + 1)))))
        .withMessage("replacement of head 0 in block 1 has shape [5]; the head size is 4");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                access.intervene(
                    List.of(new HeadReplacement(1, 0, Nd4j.zeros(DataType.DOUBLE, 3, 6, 2)))))
        .withMessage("replacement of head 0 in block 1 has shape [3, 6, 2]; the head size is 4");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HeadReplacement(1, 0, Nd4j.zeros(DataType.DOUBLE, 1, 1, 1, K)))
        .withMessage(
            "replacement of head 0: value must have shape [K], [R, K] or [B, T, K], found"
                + " [1, 1, 1, 4]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HeadReplacement(1, 0, Nd4j.scalar(1.0)));
  }

  /** Some would fit by the number of their elements, and put values at wrong tokens. */
  @ParameterizedTest
  @CsvSource({"2, 6", "6, 3", "3, 7", "18, 1"})
  void refusesValuesForAnotherBatch(int batch, int length) {
    long[] before = output();
    INDArray values = Nd4j.zeros(DataType.DOUBLE, batch, length, K);
    assertThatThrownBy(
            () -> {
              try (Scope scope = access.intervene(List.of(new HeadReplacement(1, 0, values)))) {
                output();
              }
            })
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "replacement of head 0 in block 1 has shape [%d, %d, 4]; this batch is 3 × 6",
            batch, length);
    assertThat(output()).isEqualTo(before);
  }

  /** A refused list leaves nothing of itself behind, not even its good entries. */
  @Test
  void aRefusedListReplacesNothing() {
    long[] before = output();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                access.intervene(
                    List.of(new HeadReplacement(0, 0, value), new HeadReplacement(0, 9, value))));
    assertThat(output()).isEqualTo(before);
  }

  @Test
  void aScopeThatAnExceptionLeavesIsClosed() {
    long[] before = output();
    long[] params = Bits.of(network.params());
    INDArray wrong = tokens.dup().putScalar(0, 0, VOCABULARY);
    assertThatThrownBy(
            () -> {
              try (Scope scope = access.intervene(List.of(new HeadReplacement(0, 0, value)))) {
                network.output(wrong);
              }
            })
        .hasMessageContaining("in sequence 0 at position 0");
    assertThat(output()).isEqualTo(before);
    assertThat(Bits.of(network.params())).isEqualTo(params);
  }

  /**
   * In training both passes go through the replacement: gradients are right beside it, and what the
   * replaced head is made of has none.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void gradientsGoAroundAReplacedHead(boolean byToken) {
    MultiLayerNetwork model =
        networks.sequence(new MultiHeadAttention.Builder().heads(HEADS).scheme("rope").build());
    INDArray x = networks.sequences(2, 5, 1);
    INDArray labels = networks.labels(2, 5, 2);
    INDArray tokensOnly = networks.mask(5, 5, 3);
    DataSet data = new DataSet(x, labels, tokensOnly, tokensOnly);
    INDArray replacement = byToken ? Nd4j.randn(DataType.DOUBLE, 2, 5, K) : value;
    int replaced = 1;
    long[] before = gradient(model, data);
    try (Scope scope =
        AttentionAccess.of(model)
            .get(0)
            .intervene(List.of(new HeadReplacement(0, replaced, replacement)))) {
      assertThat(
              GradientCheckUtil.checkGradients(
                  new GradientCheckUtil.MLNConfig()
                      .net(model)
                      .epsilon(1e-6)
                      .maxRelError(1e-5)
                      .minAbsoluteError(1e-10)
                      .subset(true)
                      .maxPerParam(12)
                      .print(GradientCheckUtil.PrintMode.FAILURES_ONLY)
                      .input(x)
                      .labels(labels)
                      .inputMask(tokensOnly)
                      .labelMask(tokensOnly)))
          .isTrue();
      assertThat(gradient(model, data)).isNotEqualTo(before);
      for (String name : new String[] {"q.W", "q.b", "k.W", "k.b", "v.W", "v.b"}) {
        assertThat(columns(model, name, replaced).amaxNumber().doubleValue()).as(name).isZero();
        assertThat(columns(model, name, 1 - replaced).amaxNumber().doubleValue())
            .as(name)
            .isGreaterThan(1e-6);
      }
      // The projection's rows of the replaced head still see the value that it is handed.
      INDArray rows =
          model
              .gradient()
              .getGradientFor("0_o.W")
              .get(NDArrayIndex.interval(replaced * K, (replaced + 1) * K), NDArrayIndex.all());
      assertThat(rows.amaxNumber().doubleValue()).isGreaterThan(1e-6);
    }
    assertThat(gradient(model, data)).isEqualTo(before);
  }

  private static INDArray columns(MultiLayerNetwork model, String name, int head) {
    return model
        .gradient()
        .getGradientFor("0_" + name)
        .get(NDArrayIndex.all(), NDArrayIndex.interval(head * K, (head + 1) * K));
  }

  private static long[] gradient(MultiLayerNetwork model, DataSet data) {
    model.setInput(data.getFeatures());
    model.setLabels(data.getLabels());
    model.setLayerMaskArrays(data.getFeaturesMaskArray(), data.getLabelsMaskArray());
    model.computeGradientAndScore();
    return Bits.of(model.getFlattenedGradients());
  }

  private long[] output() {
    return Bits.of(network.output(tokens, false, mask, null));
  }

  private AttentionTrace trace(MultiLayerNetwork model, int block) {
    List<AttentionTrace> traces = new ArrayList<>();
    try (Scope scope = AttentionAccess.of(model).get(0).observe(traces::add)) {
      model.output(tokens, false, mask, null);
    }
    return traces.get(block);
  }

  private static INDArray tokenOf(INDArray headOutput, int b, int t) {
    return headOutput.get(NDArrayIndex.point(b), NDArrayIndex.point(t), NDArrayIndex.all());
  }

  private static void assertOtherHeadsUntouched(
      AttentionTrace before, AttentionTrace after, int replaced) {
    IntStream.range(0, HEADS)
        .filter(head -> head != replaced)
        .forEach(
            head ->
                assertThat(Bits.of(after.headOutput(head)))
                    .as("head %d", head)
                    .isEqualTo(Bits.of(before.headOutput(head))));
    assertThat(Bits.of(after.headOutput(replaced)))
        .isNotEqualTo(Bits.of(before.headOutput(replaced)));
  }

  /** The output is the projection of the head outputs shown, by plain loops. */
  private static void assertOutputFollows(AttentionTrace trace) {
    for (int b = 0; b < BATCH; b++) {
      for (int t = 0; t < LENGTH; t++) {
        for (int d = 0; d < WIDTH; d++) {
          double sum = trace.outputBias().getDouble(0, d);
          for (int c = 0; c < WIDTH; c++) {
            sum += trace.headOutputs().getDouble(b, t, c) * trace.outputWeight().getDouble(c, d);
          }
          assertThat(trace.output().getDouble(b, t, d)).isCloseTo(sum, within(ROUNDING));
        }
      }
    }
  }

  private static double distance(INDArray one, INDArray other) {
    return one.sub(other).amaxNumber().doubleValue();
  }
}
