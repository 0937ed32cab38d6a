package io.github.pelab.layers;

import static io.github.pelab.layers.Networks.VOCABULARY;
import static io.github.pelab.layers.Networks.WIDTH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.layers.heads.AttentionTrace;
import io.github.pelab.layers.heads.HeadPart;
import io.github.pelab.layers.heads.HeadReplacement;
import io.github.pelab.layers.heads.PartRemoval;
import io.github.pelab.layers.heads.Scope;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** A head without a part of what it scores with: that part, that head's, and for a time. */
class PartRemovalTest {
  private static final double ROUNDING = 1e-12;
  private static final int HEADS = 2;
  private static final int LAYERS = 2;
  private static final int LENGTH = 6;
  private static final String LATENT = "mla(compressed=6,rotary=4)";

  private final Networks networks = Networks.of(DataType.DOUBLE);
  private final INDArray tokens = networks.tokens(3, LENGTH, 1);
  private final INDArray mask = networks.mask(LENGTH, 6, 4, 1);

  /** The gradient check refuses to run under any other default. */
  @BeforeAll
  static void inDouble() {
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
  }

  @AfterAll
  static void asBefore() {
    Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
  }

  /** Forms and schemes, and what a head of them has. */
  static Stream<Arguments> kinds() {
    return Stream.of(
        Arguments.of("multi-head", "nope", Set.of()),
        Arguments.of("multi-head", "sinusoidal", Set.of()),
        Arguments.of("multi-head", "rope", Set.of(HeadPart.ROTATION)),
        Arguments.of("multi-head", "alibi", Set.of(HeadPart.LAG_BIAS)),
        Arguments.of("multi-head", "t5", Set.of(HeadPart.LAG_BIAS)),
        Arguments.of("multi-head", "rope+t5", Set.of(HeadPart.ROTATION, HeadPart.LAG_BIAS)),
        Arguments.of(LATENT, "nope", Set.of(HeadPart.CONTENT, HeadPart.ROTARY)),
        Arguments.of(LATENT, "rope+alibi+t5", EnumSet.allOf(HeadPart.class)),
        Arguments.of(Networks.RELEASED, "rope+alibi", EnumSet.allOf(HeadPart.class)));
  }

  private MultiLayerNetwork network(String form, String scheme) {
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
                .build());
    // T5 begins so near to zero that its removal would hardly show.
    network.paramTable().forEach((name, array) -> array.muli(name.contains("lagBias") ? 30 : 1));
    return network;
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void headsHaveTheirPartsAndNoOthers(String form, String scheme, Set<HeadPart> parts) {
    AttentionAccess access = access(network(form, scheme));
    assertThat(access.parts()).isEqualTo(parts);
    for (HeadPart part : EnumSet.complementOf(enumSet(parts))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> access.intervene(List.of(new PartRemoval(1, 0, part))))
          .withMessageStartingWith("head 0 in block 1 has no part %s; what it has is ", part);
    }
  }

  private static EnumSet<HeadPart> enumSet(Set<HeadPart> parts) {
    EnumSet<HeadPart> set = EnumSet.noneOf(HeadPart.class);
    set.addAll(parts);
    return set;
  }

  /**
   * Of one head: its logits are those of a model all of whose heads are without the part, and the
   * others' are what they were, and so are the outputs of both; and all is as it was afterwards.
   */
  @ParameterizedTest
  @MethodSource("kinds")
  void oneHeadsPartIsRemovedAndNothingElse(String form, String scheme, Set<HeadPart> parts) {
    MultiLayerNetwork network = network(form, scheme);
    long[] untouched = Bits.of(output(network));
    long[] parameters = Bits.of(network.params());
    AttentionTrace whole = trace(network, 0, List.of());
    for (HeadPart part : parts) {
      AttentionTrace without = trace(network, 0, everywhere(0, part));
      for (int head = 0; head < HEADS; head++) {
        AttentionTrace one = trace(network, 0, List.of(new PartRemoval(0, head, part)));
        assertThat(Bits.of(logits(one, head))).isEqualTo(Bits.of(logits(without, head)));
        assertThat(Bits.of(one.headOutput(head))).isEqualTo(Bits.of(without.headOutput(head)));
        assertThat(Bits.of(logits(one, 1 - head))).isEqualTo(Bits.of(logits(whole, 1 - head)));
        assertThat(Bits.of(one.headOutput(1 - head)))
            .isEqualTo(Bits.of(whole.headOutput(1 - head)));
        assertThat(distance(logits(one, head), logits(whole, head))).isGreaterThan(1e-3);
        assertThat(Bits.of(output(network))).isEqualTo(untouched);
      }
    }
    assertThat(Bits.of(network.params())).isEqualTo(parameters);
  }

  /** Without its scheme's term everywhere, a model is the one that never had it. */
  @ParameterizedTest
  @CsvSource({
    "multi-head, rope, nope, ROTATION",
    "multi-head, rope(heads=1), nope, ROTATION",
    "multi-head, alibi, nope, LAG_BIAS",
    "multi-head, t5, nope, LAG_BIAS",
    "multi-head, rope+t5, t5, ROTATION",
    "multi-head, rope+t5, rope, LAG_BIAS",
    "'mla(compressed=6,rotary=4)', rope, nope, ROTATION",
    "'mla(compressed=6,rotary=4)', alibi+rope, rope, LAG_BIAS",
    "'mla(compressed=6,rotary=4,norm=false,rotaryQuery=shared)', rope, nope, ROTATION"
  })
  void withoutItsTermAModelIsOneThatNeverHadIt(
      String form, String scheme, String other, HeadPart part) {
    MultiLayerNetwork model = network(form, scheme);
    MultiLayerNetwork never = network(form, other);
    never.paramTable().forEach((name, array) -> array.assign(model.getParam(name)));
    List<PartRemoval> everywhere = new ArrayList<>();
    IntStream.range(0, LAYERS).forEach(block -> everywhere.addAll(everywhere(block, part)));
    assertThat(distance(output(model), output(never))).isGreaterThan(1e-6);
    try (Scope scope = access(model).intervene(everywhere)) {
      assertThat(distance(output(model), output(never))).isLessThan(ROUNDING);
    }
  }

  /** The parts add up: content + rotary + lag bias. */
  @ParameterizedTest
  @CsvSource({
    "'mla(compressed=6,rotary=4)', rope+t5",
    "'mla(compressed=6,rotary=4,norm=false,rotaryQuery=shared)', rope+alibi"
  })
  void partsAddUpToTheLogits(String form, String scheme) {
    MultiLayerNetwork network = network(form, scheme);
    INDArray whole = trace(network, 0, List.of()).logits();
    INDArray content = whole.sub(trace(network, 0, everywhere(0, HeadPart.CONTENT)).logits());
    INDArray rotary = whole.sub(trace(network, 0, everywhere(0, HeadPart.ROTARY)).logits());
    List<PartRemoval> both = new ArrayList<>(everywhere(0, HeadPart.CONTENT));
    both.addAll(everywhere(0, HeadPart.ROTARY));
    INDArray lagBias = trace(network, 0, both).logits();
    assertThat(distance(content.add(rotary).add(lagBias), whole)).isLessThan(ROUNDING);
    // What is left depends on the lag alone.
    for (int head = 0; head < HEADS; head++) {
      for (int i = 1; i < LENGTH; i++) {
        for (int j = 1; j < LENGTH; j++) {
          assertThat(lagBias.getDouble(0, head, i, j))
              .isEqualTo(lagBias.getDouble(2, head, i - 1, j - 1));
        }
      }
    }
  }

  @Test
  void withReplacementsInOneScope() {
    MultiLayerNetwork network = network(LATENT, "rope+alibi");
    INDArray value = Nd4j.createFromArray(0.5, -1.25, 2, 0.0625);
    List<AttentionTrace> traces = new ArrayList<>();
    try (Scope scope =
            access(network)
                .intervene(
                    List.of(
                        new PartRemoval(0, 0, HeadPart.ROTARY), new HeadReplacement(0, 1, value)));
        Scope observed = access(network).observe(traces::add)) {
      output(network);
    }
    AttentionTrace removed = trace(network, 0, List.of(new PartRemoval(0, 0, HeadPart.ROTARY)));
    assertThat(Bits.of(traces.get(0).headOutput(0))).isEqualTo(Bits.of(removed.headOutput(0)));
    assertThat(Bits.of(traces.get(0).headOutput(1).tensorAlongDimension(4, 2)))
        .isEqualTo(Bits.of(value));
  }

  @ParameterizedTest
  @CsvSource({
    "multi-head, rope, ROTATION",
    "multi-head, t5, LAG_BIAS",
    "'mla(compressed=6,rotary=4)', rope, CONTENT",
    "'mla(compressed=6,rotary=4)', rope, ROTARY",
    "'mla(compressed=6,rotary=4)', rope, ROTATION"
  })
  void gradientsAreThoseOfWhatIsLeft(String form, String scheme, HeadPart part) {
    MultiLayerNetwork model =
        networks.sequence(
            new MultiHeadAttention.Builder().heads(HEADS).form(form).scheme(scheme).build());
    INDArray tokensOnly = networks.mask(5, 5, 3);
    try (Scope scope = access(model).intervene(List.of(new PartRemoval(0, 1, part)))) {
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
                      .input(networks.sequences(2, 5, 1))
                      .labels(networks.labels(2, 5, 2))
                      .inputMask(tokensOnly)
                      .labelMask(tokensOnly)))
          .isTrue();
    }
  }

  private static AttentionAccess access(MultiLayerNetwork network) {
    return AttentionAccess.of(network).get(0);
  }

  private static List<PartRemoval> everywhere(int block, HeadPart part) {
    return IntStream.range(0, HEADS).mapToObj(head -> new PartRemoval(block, head, part)).toList();
  }

  private INDArray output(MultiLayerNetwork network) {
    return network.output(tokens, false, mask, null).dup();
  }

  private AttentionTrace trace(MultiLayerNetwork network, int block, List<PartRemoval> removals) {
    List<AttentionTrace> traces = new ArrayList<>();
    try (Scope removed = access(network).intervene(removals);
        Scope observed = access(network).observe(traces::add)) {
      output(network);
    }
    return traces.get(block);
  }

  private static INDArray logits(AttentionTrace trace, int head) {
    return trace
        .logits()
        .get(NDArrayIndex.all(), NDArrayIndex.point(head), NDArrayIndex.all(), NDArrayIndex.all());
  }

  private static double distance(INDArray one, INDArray other) {
    return one.sub(other).amaxNumber().doubleValue();
  }
}
