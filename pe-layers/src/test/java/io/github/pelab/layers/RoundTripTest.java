package io.github.pelab.layers;

import static io.github.pelab.layers.Networks.VOCABULARY;
import static io.github.pelab.layers.Networks.WIDTH;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pelab.layers.sublayer.Encoder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;

/** What is written to JSON or by {@code ModelSerializer} is what is read, to the bit. */
class RoundTripTest {
  @TempDir Path directory;

  private final Networks networks = Networks.of(DataType.FLOAT).updater(new Adam(1e-3));

  static Stream<SequenceLayer> sequenceLayers() {
    return Stream.of(
        new MultiHeadAttention.Builder().heads(2).scheme("rope(base=500)").build(),
        new MultiHeadAttention.Builder()
            .name("named")
            .heads(4)
            .scheme("alibi+rope")
            .causal(true)
            .logitScale(0.6)
            .attentionDropout(0.1)
            .maxLength(99)
            .build(),
        new EncoderBlock.Builder()
            .heads(2)
            .scheme("alibi")
            .feedForward(12)
            .residualDropout(0.2)
            .build());
  }

  private static EncoderStack stack() {
    return new EncoderStack.Builder()
        .vocabulary(VOCABULARY)
        .layers(2)
        .width(WIDTH)
        .heads(2)
        .scheme("rope")
        .logitScale(1.75)
        .attentionDropout(0.1)
        .residualDropout(0.1)
        .feedForward(20)
        .maxLength(30)
        .build();
  }

  @ParameterizedTest
  @MethodSource("sequenceLayers")
  void sequenceLayer(SequenceLayer layer) throws IOException {
    MultiLayerNetwork network = networks.sequence((SequenceLayer) layer.clone());
    assertJson(network.getLayerWiseConfigurations());
    INDArray x = networks.sequences(3, 5, 1);
    INDArray labels = networks.labels(3, 5, 2);
    network.fit(x, labels);
    MultiLayerNetwork read = writtenAndRead(network);
    assertThat(Bits.of(read.output(x))).isEqualTo(Bits.of(network.output(x)));
    network.fit(x, labels);
    read.fit(x, labels);
    assertThat(Bits.of(read.params())).isEqualTo(Bits.of(network.params()));
  }

  @ParameterizedTest
  @MethodSource("sequenceLayers")
  void sequenceLayerInAGraph(SequenceLayer layer) throws IOException {
    ComputationGraph graph = networks.residual((SequenceLayer) layer.clone());
    assertThat(ComputationGraphConfiguration.fromJson(graph.getConfiguration().toJson()))
        .isEqualTo(graph.getConfiguration());
    INDArray[] x = {networks.sequences(3, 5, 1)};
    INDArray[] labels = {networks.labels(3, 5, 2)};
    graph.fit(x, labels);
    File file = directory.resolve("graph.zip").toFile();
    ModelSerializer.writeModel(graph, file, true);
    ComputationGraph read = ModelSerializer.restoreComputationGraph(file, true);
    assertThat(Bits.of(read.outputSingle(x))).isEqualTo(Bits.of(graph.outputSingle(x)));
    graph.fit(x, labels);
    read.fit(x, labels);
    assertThat(Bits.of(read.params())).isEqualTo(Bits.of(graph.params()));
  }

  @Test
  void stackOfBlocks() throws IOException {
    MultiLayerNetwork network = networks.stack(stack());
    assertJson(network.getLayerWiseConfigurations());
    INDArray tokens = networks.tokens(3, 5, 1);
    network.fit(tokens, networks.labels(3, 2));
    MultiLayerNetwork read = writtenAndRead(network);
    assertThat(Bits.of(read.output(tokens))).isEqualTo(Bits.of(network.output(tokens)));
    network.fit(tokens, networks.labels(3, 2));
    read.fit(tokens, networks.labels(3, 2));
    assertThat(Bits.of(read.params()))
        .as("moments and dropout go on")
        .isEqualTo(Bits.of(network.params()));
    assertThat(Bits.of(network.clone().output(tokens))).isEqualTo(Bits.of(network.output(tokens)));
  }

  @Test
  void equalityTellsSettingsApart() {
    assertThat(stack()).isEqualTo(stack()).hasSameHashCodeAs(stack());
    EncoderStack other = stack();
    Encoder encoder = other.getEncoder();
    other.setEncoder(
        new Encoder(
            encoder.block().withAttention(encoder.settings().withScheme("alibi")),
            VOCABULARY,
            2,
            false,
            true,
            false));
    assertThat(stack()).isNotEqualTo(other);
  }

  @Test
  void equalityNeedsNoWidthYet() {
    EncoderBlock one = new EncoderBlock.Builder().heads(2).scheme("rope").build();
    EncoderBlock same = new EncoderBlock.Builder().heads(2).scheme("rope").build();
    assertThat(one).isEqualTo(same).hasSameHashCodeAs(same);
    assertThat(one).isNotEqualTo(new EncoderBlock.Builder().heads(4).scheme("rope").build());
  }

  private static void assertJson(MultiLayerConfiguration configuration) {
    String json = configuration.toJson();
    assertThat(MultiLayerConfiguration.fromJson(json)).isEqualTo(configuration);
    assertThat(MultiLayerConfiguration.fromYaml(configuration.toYaml())).isEqualTo(configuration);
  }

  private MultiLayerNetwork writtenAndRead(MultiLayerNetwork network) throws IOException {
    File file = directory.resolve("network.zip").toFile();
    ModelSerializer.writeModel(network, file, true);
    return ModelSerializer.restoreMultiLayerNetwork(file, true);
  }
}
