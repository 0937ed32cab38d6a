package io.github.pelab.layers;

import io.github.pelab.layers.runtime.GraphDefinedLayer;
import io.github.pelab.layers.sublayer.AttentionForms;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small networks around the layers under test, and inputs for them. Width 8, 3 labels. */
final class Networks {
  static final int WIDTH = 8;
  static final int VOCABULARY = 7;
  static final int LABELS = 3;

  /** Latent attention as it was released with arXiv 2505.13027, small. */
  static final String RELEASED = "mla(compressed=6,rotary=4,norm=false,rotaryQuery=shared)";

  /** For logits as they are where parameters are as they were first; larger ones are refused. */
  static final String FAST = "fast(degree=8,bound=5)";

  private static final String SMALL = "(compressed=6,rotary=4)";

  private final DataType type;
  private IUpdater updater = new NoOp();
  private WorkspaceMode workspaces = WorkspaceMode.ENABLED;
  private int seed = 12345;
  private double l2;

  private Networks(DataType type) {
    this.type = type;
  }

  /**
   * Every attention form for logits of any size, small where that can be said; the latent one also
   * as released.
   */
  static List<String> forms() {
    return Stream.concat(
            AttentionForms.all().stream()
                .filter(form -> !form.name().equals("fast"))
                .map(form -> form.name().startsWith("mla") ? form.name() + SMALL : form.name()),
            Stream.of(RELEASED))
        .toList();
  }

  /** Those, and the one for small logits. */
  static List<String> allForms() {
    return Stream.concat(forms().stream(), Stream.of(FAST)).toList();
  }

  /**
   * Below this a difference of scores shows nothing but their rounding, which is a few units in the
   * last place, over the step. For a model whose score has been computed.
   */
  static double smallestAbsoluteError(Model network, double step) {
    return Math.max(1e-10, 4 * Math.ulp(network.score()) / step);
  }

  static Networks of(DataType type) {
    return new Networks(type);
  }

  DataType type() {
    return type;
  }

  Networks updater(IUpdater updater) {
    this.updater = updater;
    return this;
  }

  Networks workspaces(WorkspaceMode mode) {
    workspaces = mode;
    return this;
  }

  Networks l2(double l2) {
    this.l2 = l2;
    return this;
  }

  Networks seed(int seed) {
    this.seed = seed;
    return this;
  }

  private NeuralNetConfiguration.Builder configuration() {
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .dataType(type)
        .updater(updater)
        .l2(l2)
        .trainingWorkspaceMode(workspaces)
        .inferenceWorkspaceMode(workspaces);
  }

  private static RnnOutputLayer labelsByToken() {
    return new RnnOutputLayer.Builder(LossFunction.MCXENT)
        .dataFormat(RNNFormat.NWC)
        .activation(Activation.SOFTMAX)
        .nOut(LABELS)
        .build();
  }

  /** Sequence layers, then a label for each token. */
  MultiLayerNetwork sequence(SequenceLayer... layers) {
    NeuralNetConfiguration.ListBuilder list = configuration().list();
    for (SequenceLayer layer : layers) {
      list.layer(layer);
    }
    list.layer(labelsByToken()).setInputType(InputType.recurrent(WIDTH, -1, RNNFormat.NWC));
    MultiLayerNetwork network = new MultiLayerNetwork(list.build());
    network.init();
    return network;
  }

  /** The stack, then a label for each sequence. */
  MultiLayerNetwork stack(EncoderStack stack) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            configuration()
                .list()
                .layer(stack)
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nOut(LABELS)
                        .build())
                .setInputType(InputType.feedForward(-1))
                .build());
    network.init();
    return network;
  }

  /** The layer and nothing behind it. */
  MultiLayerNetwork alone(GraphDefinedLayer layer) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration().list().layer(layer).build());
    network.init();
    return network;
  }

  /** A sequence layer with a residual connection around it, outside the layer. */
  ComputationGraph residual(SequenceLayer layer) {
    ComputationGraph graph =
        new ComputationGraph(
            configuration()
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.recurrent(WIDTH, -1, RNNFormat.NWC))
                .addLayer("attention", layer, "in")
                .addVertex(
                    "sum",
                    new org.deeplearning4j.nn.conf.graph.ElementWiseVertex(
                        org.deeplearning4j.nn.conf.graph.ElementWiseVertex.Op.Add),
                    "in",
                    "attention")
                .addLayer("out", labelsByToken(), "sum")
                .setOutputs("out")
                .build());
    graph.init();
    return graph;
  }

  /**
   * Two inputs, an attention over each, the block with the second as its memory, a label a token.
   */
  ComputationGraph withMemory(EncoderBlock block) {
    ComputationGraph graph =
        new ComputationGraph(
            configuration()
                .graphBuilder()
                .addInputs("x", "memory")
                .setInputTypes(
                    InputType.recurrent(WIDTH, -1, RNNFormat.NWC),
                    InputType.recurrent(WIDTH, -1, RNNFormat.NWC))
                .addLayer("before", attention(), "x")
                .addLayer("beforeMemory", attention(), "memory")
                .addVertex("block", new EncoderBlockWithMemory(block), "before", "beforeMemory")
                .addLayer("out", labelsByToken(), "block")
                .setOutputs("out")
                .build());
    graph.init();
    return graph;
  }

  private static MultiHeadAttention attention() {
    return new MultiHeadAttention.Builder().width(WIDTH).build();
  }

  /** Two blocks whose memory is the input. */
  ComputationGraph twoWithMemory(EncoderBlock first, EncoderBlock second) {
    ComputationGraph graph =
        new ComputationGraph(
            configuration()
                .graphBuilder()
                .addInputs("x")
                .setInputTypes(InputType.recurrent(WIDTH, -1, RNNFormat.NWC))
                .addVertex("block0", new EncoderBlockWithMemory(first), "x", "x")
                .addVertex("block1", new EncoderBlockWithMemory(second), "block0", "x")
                .addLayer("out", labelsByToken(), "block1")
                .setOutputs("out")
                .build());
    graph.init();
    return graph;
  }

  /** Random {@code [B, T, D]}. */
  INDArray sequences(int batch, int length, int seed) {
    return normal(seed, batch, length, WIDTH);
  }

  private INDArray normal(int seed, long... shape) {
    Nd4j.getRandom().setSeed(seed);
    return Nd4j.randn(type, shape);
  }

  /** Random {@code [B, T]}. */
  INDArray tokens(int batch, int length, int seed) {
    java.util.Random random = new java.util.Random(seed);
    double[] ids = random.ints((long) batch * length, 0, VOCABULARY).asDoubleStream().toArray();
    return Nd4j.createFromArray(ids).reshape('c', batch, length).castTo(type);
  }

  /** The first {@code tokens[b]} places of sequence b are tokens, the others padding. */
  INDArray mask(int length, int... tokens) {
    INDArray mask = Nd4j.zeros(type, tokens.length, length);
    for (int b = 0; b < tokens.length; b++) {
      for (int t = 0; t < tokens[b]; t++) {
        mask.putScalar(b, t, 1);
      }
    }
    return mask;
  }

  /** One-hot {@code [B, labels]}. */
  INDArray labels(int batch, int seed) {
    java.util.Random random = new java.util.Random(seed);
    INDArray labels = Nd4j.zeros(type, batch, LABELS);
    for (int b = 0; b < batch; b++) {
      labels.putScalar(b, random.nextInt(LABELS), 1);
    }
    return labels;
  }

  /** One-hot {@code [B, T, labels]}. */
  INDArray labels(int batch, int length, int seed) {
    return labels(batch * length, seed).reshape('c', batch, length, LABELS);
  }
}
