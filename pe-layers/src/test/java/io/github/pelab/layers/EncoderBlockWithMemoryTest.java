package io.github.pelab.layers;

import static io.github.pelab.layers.Networks.VOCABULARY;
import static io.github.pelab.layers.Networks.WIDTH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.layers.heads.AttentionTrace;
import io.github.pelab.layers.heads.HeadReplacement;
import io.github.pelab.layers.heads.Scope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** The block with a second input: right by the stack's memory, its gradients by differences. */
class EncoderBlockWithMemoryTest {
  private static final double ROUNDING = 1e-12;
  private static final double STEP = 1e-6;
  private static final int LENGTH = 5;

  private final Networks networks = Networks.of(DataType.DOUBLE);

  @BeforeAll
  static void inDouble() {
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
  }

  @AfterAll
  static void asBefore() {
    Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
  }

  private static EncoderBlock.Builder block(String scheme) {
    return new EncoderBlock.Builder()
        .width(WIDTH)
        .heads(2)
        .scheme(scheme)
        .feedForward(6)
        .maxLength(LENGTH);
  }

  @ParameterizedTest
  @CsvSource({"rope, multi-head, 0", "learned+t5+rope, 'mla(compressed=6,rotary=2)', 0.2"})
  void gradientsAreThoseOfDifferences(String scheme, String form, double dropout) {
    ComputationGraph graph =
        networks.withMemory(block(scheme).form(form).residualDropout(dropout).build());
    INDArray x = networks.sequences(2, LENGTH, 1);
    INDArray memory = networks.sequences(2, LENGTH, 2);
    INDArray mask = networks.mask(LENGTH, LENGTH, 3);
    INDArray memoryMask = networks.mask(LENGTH, 4, LENGTH);
    INDArray labels = networks.labels(2, LENGTH, 2);
    graph.setInputs(x, memory);
    graph.setLabels(labels);
    graph.setLayerMaskArrays(new INDArray[] {mask, memoryMask}, new INDArray[] {mask});
    graph.computeGradientAndScore();
    assertThat(
            GradientCheckUtil.checkGradients(
                new GradientCheckUtil.GraphConfig()
                    .net(graph)
                    .epsilon(STEP)
                    .maxRelError(1e-5)
                    .minAbsoluteError(Networks.smallestAbsoluteError(graph, STEP))
                    .print(GradientCheckUtil.PrintMode.FAILURES_ONLY)
                    .inputs(new INDArray[] {x, memory})
                    .labels(new INDArray[] {labels})
                    .inputMask(new INDArray[] {mask, memoryMask})
                    .labelMask(new INDArray[] {mask})
                    .excludeParams(allButValues(graph))))
        .isTrue();
  }

  /** Of the attentions over the inputs the values are enough: they are tested elsewhere. */
  private static Set<String> allButValues(ComputationGraph graph) {
    return graph.paramTable().keySet().stream()
        .filter(name -> name.startsWith("before") && !name.endsWith("v.W"))
        .collect(Collectors.toSet());
  }

  /** Layers before both inputs: their gradients come through the vertex's. */
  @Test
  void gradientsReachBothInputs() {
    ComputationGraph graph = networks.withMemory(block("rope").build());
    INDArray x = networks.sequences(2, LENGTH, 1);
    INDArray memory = networks.sequences(2, LENGTH, 2);
    graph.setInputs(x, memory);
    graph.setLabels(networks.labels(2, LENGTH, 2));
    graph.computeGradientAndScore();
    for (String layer : List.of("before", "beforeMemory")) {
      assertThat(graph.gradient().getGradientFor(layer + "_v.W").norm2Number().doubleValue())
          .isGreaterThan(1e-3);
    }
  }

  /** The stack's memory is the same thing: one embedding, read by each block. */
  @Test
  void isTheStacksMemory() {
    MultiLayerNetwork stack =
        networks.stack(
            new EncoderStack.Builder()
                .vocabulary(VOCABULARY)
                .layers(2)
                .width(WIDTH)
                .heads(2)
                .scheme("alibi+rope")
                .feedForward(6)
                .memory(true)
                .finalNorm(false)
                .build());
    ComputationGraph graph =
        networks.twoWithMemory(block("alibi+rope").build(), block("alibi+rope").build());
    Map<String, INDArray> from = stack.paramTable();
    graph
        .paramTable()
        .forEach(
            (name, value) -> {
              if (name.startsWith("block")) {
                value.assign(from.get("0_" + name.replaceFirst("_", ".")));
              }
            });
    INDArray tokens = networks.tokens(3, LENGTH, 1);
    INDArray mask = networks.mask(LENGTH, LENGTH, 4, 2);
    INDArray embedded = Nd4j.create(DataType.DOUBLE, 3, LENGTH, WIDTH);
    for (int b = 0; b < 3; b++) {
      for (int t = 0; t < LENGTH; t++) {
        INDArray row = from.get("0_embedding").getRow(tokens.getInt(b, t));
        for (int d = 0; d < WIDTH; d++) {
          embedded.putScalar(b, t, d, row.getDouble(d));
        }
      }
    }
    graph.setLayerMaskArrays(new INDArray[] {mask}, null);
    INDArray output = graph.feedForward(new INDArray[] {embedded}, false).get("block1");
    INDArray mean = output.sum(1).divColumnVector(mask.sum(true, 1));
    stack.setLayerMaskArrays(mask, null);
    INDArray expected = stack.feedForward(tokens).get(1);
    assertThat(mean.sub(expected).amaxNumber().doubleValue()).isLessThan(ROUNDING);
  }

  @Test
  void paddingOfTheMemoryIsNotSeen() {
    ComputationGraph graph = networks.withMemory(block("rope").build());
    INDArray x = networks.sequences(1, LENGTH, 1);
    INDArray memory = networks.sequences(1, LENGTH, 2);
    INDArray other = memory.dup();
    other.putScalar(0, 4, 0, 9);
    INDArray all = networks.mask(LENGTH, LENGTH);
    assertThat(difference(graph, x, memory, other, all, networks.mask(LENGTH, 4))).isZero();
    assertThat(difference(graph, x, memory, other, all, all)).isGreaterThan(1e-6);
    // the first input's padding says nothing of the memory
    assertThat(difference(graph, x, memory, other, networks.mask(LENGTH, 4), all))
        .isGreaterThan(1e-6);
  }

  /** DL4J clears a layer's mask after a pass, but not a vertex's. */
  @Test
  void aMaskHoldsForItsOwnPassAlone() {
    ComputationGraph graph = networks.withMemory(block("rope").build());
    INDArray x = networks.sequences(2, LENGTH, 1);
    INDArray memory = networks.sequences(2, LENGTH, 2);
    INDArray before = graph.output(x, memory)[0].dup();
    INDArray mask = networks.mask(LENGTH, 4, 3);
    INDArray masked =
        graph.output(false, new INDArray[] {x, memory}, new INDArray[] {mask, mask})[0].dup();
    assertThat(Bits.of(graph.output(x, memory)[0])).isEqualTo(Bits.of(before));
    assertThat(masked.sub(before).amaxNumber().doubleValue()).isGreaterThan(1e-6);

    graph.fit(
        new MultiDataSet(
            new INDArray[] {x, memory},
            new INDArray[] {networks.labels(2, LENGTH, 3)},
            new INDArray[] {mask, mask},
            new INDArray[] {mask}));
    INDArray one = networks.sequences(1, 3, 1);
    assertThat(graph.output(one, one)[0].shape()).containsExactly(1, 3, Networks.LABELS);
  }

  private static double difference(
      ComputationGraph graph,
      INDArray x,
      INDArray memory,
      INDArray other,
      INDArray mask,
      INDArray memoryMask) {
    INDArray[] masks = {mask, memoryMask};
    INDArray one = graph.output(false, new INDArray[] {x, memory}, masks)[0];
    INDArray two = graph.output(false, new INDArray[] {x, other}, masks)[0];
    return one.sub(two).amaxNumber().doubleValue();
  }

  @Test
  void trainsIsSavedAndComesBack(@TempDir Path directory) throws Exception {
    networks.updater(new Adam(1e-2)).l2(1e-3);
    ComputationGraph graph = networks.withMemory(block("learned+rope").build());
    MultiDataSet data =
        new MultiDataSet(
            new INDArray[] {networks.sequences(4, LENGTH, 1), networks.sequences(4, LENGTH, 2)},
            new INDArray[] {networks.labels(4, LENGTH, 3)});
    double before = graph.score(data);
    for (int step = 0; step < 30; step++) {
      graph.fit(data);
    }
    assertThat(graph.score(data)).isLessThan(before / 2);

    String json = graph.getConfiguration().toJson();
    assertThat(ComputationGraphConfiguration.fromJson(json)).isEqualTo(graph.getConfiguration());
    assertThat(ComputationGraphConfiguration.fromJson(json.replace("learned+rope", "learned")))
        .isNotEqualTo(graph.getConfiguration());
    Path file = directory.resolve("graph.zip");
    ModelSerializer.writeModel(graph, file.toFile(), true);
    ComputationGraph back = ModelSerializer.restoreComputationGraph(file.toFile(), true);
    assertThat(Bits.of(back.output(data.getFeatures())[0]))
        .isEqualTo(Bits.of(graph.output(data.getFeatures())[0]));
    graph.fit(data);
    back.fit(data);
    assertThat(Bits.of(back.params())).isEqualTo(Bits.of(graph.params()));
    ComputationGraph clone = graph.clone();
    assertThat(Bits.of(clone.output(data.getFeatures())[0]))
        .isEqualTo(Bits.of(graph.output(data.getFeatures())[0]));
  }

  @Test
  void itsHeadsAreSeenAndReplaced() {
    ComputationGraph graph = networks.withMemory(block("rope").build());
    AttentionAccess access = AttentionAccess.of(graph).get(2); // behind those over the inputs
    INDArray[] inputs = {networks.sequences(1, LENGTH, 1), networks.sequences(1, LENGTH, 2)};
    List<AttentionTrace> traces = new ArrayList<>();
    try (Scope scope = access.observe(traces::add)) {
      graph.output(inputs);
    }
    INDArray before = graph.output(inputs)[0];
    INDArray nothing = Nd4j.zeros(DataType.DOUBLE, access.headSize());
    try (Scope scope = access.intervene(List.of(new HeadReplacement(0, 1, nothing)))) {
      assertThat(graph.output(inputs)[0].sub(before).amaxNumber().doubleValue())
          .isGreaterThan(1e-6);
    }
    assertThat(Bits.of(graph.output(inputs)[0])).isEqualTo(Bits.of(before));
    assertThat(traces).hasSize(1);
  }

  @Test
  void refusesWhatHasNoMeaning() {
    ComputationGraph graph = networks.withMemory(block("rope").build());
    INDArray x = networks.sequences(1, LENGTH, 1);
    assertThatThrownBy(() -> graph.output(x, networks.sequences(1, LENGTH - 1, 2)))
        .hasMessageStartingWith(
            "EncoderBlockWithMemory 'block': memory has shape [1, 4, 8]; it must have the first"
                + " input's, [1, 5, 8]");
    assertThatThrownBy(() -> networks.withMemory(block("rope").width(WIDTH + 4).build()))
        .hasMessageStartingWith("EncoderBlockWithMemory: inputs must be [batch, time, 12]");
    assertThatThrownBy(
            () -> new EncoderBlockWithMemory(new EncoderBlock.Builder().heads(2).build()))
        .hasMessageContaining("width must be at least 1");
  }
}
