package io.github.pelab.layers;

import static io.github.pelab.layers.Networks.VOCABULARY;
import static io.github.pelab.layers.Networks.WIDTH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.layers.heads.AttentionTrace;
import io.github.pelab.layers.heads.HeadIntervention;
import io.github.pelab.layers.heads.HeadPart;
import io.github.pelab.layers.heads.HeadReplacement;
import io.github.pelab.layers.heads.PartRemoval;
import io.github.pelab.layers.heads.Scope;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Several interventions in one pass, and what kernels show of heads. */
class BranchTest {
  private static final int HEADS = 2;
  private static final int K = WIDTH / HEADS;
  private static final int BATCH = 9;
  private static final int LENGTH = 40;

  private Networks networks = Networks.of(DataType.FLOAT);

  @AfterEach
  void asBefore() {
    System.clearProperty("pe.kernel");
  }

  private MultiLayerNetwork network(String form, String scheme, boolean memory) {
    return networks.stack(
        new EncoderStack.Builder()
            .vocabulary(VOCABULARY)
            .layers(3)
            .width(WIDTH)
            .heads(HEADS)
            .form(form)
            .scheme(scheme)
            .memory(memory)
            .feedForward(6)
            .build());
  }

  private INDArray tokens() {
    return networks.tokens(BATCH, LENGTH, 1);
  }

  private INDArray mask() {
    return networks.mask(LENGTH, 40, 3, 1, 17, 40, 22, 9, 38, 5);
  }

  /**
   * Early and late, one head and several, parts and outputs, of one value and of a value a token.
   */
  private List<List<HeadIntervention>> branches(AttentionAccess access) {
    Nd4j.getRandom().setSeed(3);
    INDArray value = Nd4j.randn(networks.type(), K);
    INDArray byToken = Nd4j.randn(networks.type(), BATCH, LENGTH, K);
    List<List<HeadIntervention>> branches = new ArrayList<>();
    for (int block = 0; block < access.blocks(); block++) {
      for (int head = 0; head < HEADS; head++) {
        branches.add(List.of(new HeadReplacement(block, head, value)));
      }
      for (HeadPart part : access.parts()) {
        branches.add(List.of(new PartRemoval(block, 1, part)));
      }
    }
    branches.add(List.of());
    branches.add(List.of(new HeadReplacement(2, 1, byToken), new HeadReplacement(1, 0, byToken)));
    branches.add(
        List.of(
            new HeadReplacement(1, 0, value),
            new HeadReplacement(1, 1, byToken),
            new HeadReplacement(1, 0, value.mul(2))));
    for (HeadPart part : access.parts()) {
      branches.add(List.of(new HeadReplacement(0, 0, value), new PartRemoval(2, 0, part)));
      branches.add(List.of(new HeadReplacement(1, 0, value), new PartRemoval(1, 1, part)));
    }
    return branches;
  }

  @ParameterizedTest
  @CsvSource({
    "vector, FLOAT, multi-head, rope+alibi, false",
    "vector, FLOAT, multi-head, sinusoidal+t5, true",
    "vector, FLOAT, 'mla(compressed=6,rotary=4)', rope, false",
    "vector, FLOAT, 'mla(compressed=6,rotary=4,norm=false,rotaryQuery=shared)', rope, true",
    "scalar, DOUBLE, multi-head, rope+t5, false",
    "graph, DOUBLE, multi-head, rope+alibi, false",
    "graph, DOUBLE, 'mla(compressed=6,rotary=4)', rope, true"
  })
  void aBranchIsThePassUnderItsInterventions(
      String kernel, DataType type, String form, String scheme, boolean memory) {
    System.setProperty("pe.kernel", kernel);
    networks = Networks.of(type);
    MultiLayerNetwork network = network(form, scheme, memory);
    AttentionAccess access = AttentionAccess.of(network).get(0);
    List<List<HeadIntervention>> branches = branches(access);
    INDArray value = Nd4j.randn(type, K);
    for (List<HeadIntervention> before :
        List.of(
            List.<HeadIntervention>of(),
            List.<HeadIntervention>of(new HeadReplacement(1, 1, value)))) {
      try (Scope inForce = access.intervene(before)) {
        List<INDArray> made = new ArrayList<>();
        INDArray whole;
        try (Scope branching = access.branch(branches, made::addAll)) {
          whole = pooled(network);
        }
        assertThat(Bits.of(whole)).isEqualTo(Bits.of(pooled(network)));
        assertThat(made).hasSameSizeAs(branches);
        for (int i = 0; i < made.size(); i++) {
          try (Scope intervened = access.intervene(branches.get(i))) {
            assertThat(Bits.of(made.get(i)))
                .as("%s", branches.get(i))
                .isEqualTo(Bits.of(pooled(network)));
          }
          boolean changed = !branches.get(i).isEmpty() && before.isEmpty();
          if (changed) {
            assertThat(Bits.of(made.get(i))).isNotEqualTo(Bits.of(whole));
          }
        }
      }
    }
  }

  /** The stack's own output, [B, D]. */
  private INDArray pooled(MultiLayerNetwork network) {
    network.setLayerMaskArrays(mask(), null);
    INDArray pooled = network.feedForward(tokens(), false).get(1).dup();
    network.clearLayerMaskArrays();
    return pooled;
  }

  @Test
  void ofABlockWithMemory() {
    ComputationGraph graph =
        networks.withMemory(new EncoderBlock.Builder().heads(HEADS).width(WIDTH).build());
    AttentionAccess access =
        AttentionAccess.of(graph).stream()
            .filter(each -> each.heads() == HEADS)
            .findFirst()
            .orElseThrow();
    INDArray x = networks.sequences(2, 5, 1);
    INDArray memory = networks.sequences(2, 5, 2);
    List<HeadReplacement> replaced = List.of(new HeadReplacement(0, 1, Nd4j.ones(K)));
    List<INDArray> made = new ArrayList<>();
    INDArray whole;
    try (Scope branching = access.branch(List.of(List.of(), replaced), made::addAll)) {
      whole = graph.feedForward(new INDArray[] {x, memory}, false).get("block").dup();
    }
    assertThat(Bits.of(made.get(0))).isEqualTo(Bits.of(whole));
    try (Scope scope = access.intervene(replaced)) {
      assertThat(Bits.of(made.get(1)))
          .isEqualTo(Bits.of(graph.feedForward(new INDArray[] {x, memory}, false).get("block")))
          .isNotEqualTo(Bits.of(whole));
    }
  }

  @Test
  void aPassInTrainingHasNoBranchesAndOnlyOpenScopesDo() {
    MultiLayerNetwork network = network("multi-head", "rope", false);
    AttentionAccess access = AttentionAccess.of(network).get(0);
    List<List<INDArray>> told = new ArrayList<>();
    List<List<HeadReplacement>> none = List.of(List.of());
    Scope one = access.branch(none, told::add);
    try (Scope other = access.branch(none, told::add)) {
      network.output(tokens());
      assertThat(told).hasSize(2);
      network.fit(new DataSet(tokens(), networks.labels(BATCH, 1)));
      assertThat(told).hasSize(2);
    }
    network.output(tokens());
    assertThat(told).hasSize(3);
    one.close();
    one.close();
    network.output(tokens());
    assertThat(told).hasSize(3);
  }

  /** Gradients are those of the pass, whatever branched off it. */
  @Test
  void branchesLeaveTheBackwardPassAlone() {
    MultiLayerNetwork network = network("multi-head", "rope", false);
    AttentionAccess access = AttentionAccess.of(network).get(0);
    long[] before = gradient(network);
    try (Scope scope = access.branch(branches(access), outputs -> {})) {
      assertThat(gradient(network)).isEqualTo(before);
    }
  }

  /** Through the stack alone, after a pass at inference. */
  private long[] gradient(MultiLayerNetwork network) {
    network.initGradientsView();
    Layer stack = network.getLayer(0);
    LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
    stack.activate(tokens(), false, workspaces);
    return Bits.of(
        stack.backpropGradient(Nd4j.ones(BATCH, WIDTH), workspaces).getFirst().gradient());
  }

  @Test
  void refusesWhatCannotBeDone() {
    AttentionAccess access = AttentionAccess.of(network("multi-head", "rope", false)).get(0);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                access.branch(
                    List.of(List.of(), List.of(new PartRemoval(0, 0, HeadPart.LAG_BIAS))),
                    outputs -> {}))
        .withMessage("head 0 in block 0 has no part lag-bias; what it has is [rotation]");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                access.branch(
                    List.of(List.of(new HeadReplacement(3, 0, Nd4j.ones(K)))), outputs -> {}))
        .withMessage("no head 0 in block 3: the layer has blocks 0 to 2 with heads 0 to 1");
  }

  /** By kernels, by the graph, and beside a trace: replacements included. */
  @ParameterizedTest
  @ValueSource(strings = {"vector", "scalar", "graph"})
  void headOutputsAreWhatATraceShows(String kernel) {
    System.setProperty("pe.kernel", kernel);
    MultiLayerNetwork network = network("multi-head", "rope", false);
    AttentionAccess access = AttentionAccess.of(network).get(0);
    INDArray real = mask().reshape(BATCH, LENGTH, 1);
    try (Scope replaced =
        access.intervene(List.of(new HeadReplacement(1, 0, Nd4j.ones(K).mul(0.5))))) {
      long[] unobserved = Bits.of(pooled(network));
      List<INDArray> shown = new ArrayList<>();
      try (Scope observed = access.observeHeads((block, outputs) -> shown.add(outputs))) {
        assertThat(Bits.of(pooled(network))).isEqualTo(unobserved);
      }
      pooled(network);
      assertThat(shown).hasSize(3);
      List<AttentionTrace> traces = new ArrayList<>();
      List<INDArray> beside = new ArrayList<>();
      try (Scope traced = access.observe(traces::add);
          Scope observed = access.observeHeads((block, outputs) -> beside.add(outputs))) {
        pooled(network);
      }
      for (int block = 0; block < 3; block++) {
        INDArray expected = traces.get(block).headOutputs().mul(real);
        assertThat(Bits.of(beside.get(block))).isEqualTo(Bits.of(traces.get(block).headOutputs()));
        assertThat(shown.get(block).mul(real).sub(expected).norm2Number().doubleValue())
            .isLessThan(1e-5 * expected.norm2Number().doubleValue());
      }
    }
  }
}
