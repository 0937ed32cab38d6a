package io.github.pelab.ablation;

import io.github.pelab.layers.EncoderStack;
import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.layers.heads.AttentionTrace;
import io.github.pelab.layers.heads.Scope;
import io.github.pelab.tasks.Task;
import io.github.pelab.tasks.TaskBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small encoder networks in double, and what is read off them. Two layers of four heads. */
public final class Models {
  /** So that no logit is refused, as large as random parameters are. */
  private static final double SMALL = 0.1;

  public static final int LAYERS = 2;
  public static final int HEADS = 4;

  private Models() {}

  /** As initialised: biases are 0. */
  static MultiLayerNetwork untrained(Task task, int width, String scheme, boolean causal) {
    return untrained(task, width, "multi-head", scheme, causal);
  }

  static MultiLayerNetwork untrained(
      Task task, int width, String form, String scheme, boolean causal) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(7)
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(0.1))
                .list()
                .layer(
                    new EncoderStack.Builder()
                        .vocabulary(task.vocabularySize())
                        .layers(LAYERS)
                        .width(width)
                        .heads(HEADS)
                        .feedForward(width)
                        .form(form)
                        .logitScale(form.startsWith("fast") ? SMALL : 1)
                        .scheme(scheme)
                        .causal(causal)
                        .maxLength(task.maxLength())
                        .build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nOut(task.classes())
                        .build())
                .setInputType(InputType.feedForward(-1))
                .build());
    network.init();
    return network;
  }

  /** Every parameter random, biases too: a bias of 0 would hide that it was forgotten. */
  public static MultiLayerNetwork random(Task task, int width, String scheme, boolean causal) {
    return random(task, width, "multi-head", scheme, causal);
  }

  public static MultiLayerNetwork random(
      Task task, int width, String form, String scheme, boolean causal) {
    MultiLayerNetwork network = untrained(task, width, form, scheme, causal);
    Nd4j.getRandom().setSeed(8);
    network.params().addi(Nd4j.randn(DataType.DOUBLE, network.params().shape()).muli(0.5));
    return network;
  }

  static INDArray output(MultiLayerNetwork network, TaskBatch batch) {
    return network
        .output(batch.data().getFeatures(), false, batch.data().getFeaturesMaskArray(), null)
        .dup();
  }

  /** All layers of one forward pass. */
  public static List<AttentionTrace> traces(MultiLayerNetwork network, TaskBatch batch) {
    List<AttentionTrace> traces = new ArrayList<>();
    try (Scope scope = AttentionAccess.of(network).get(0).observe(traces::add)) {
      output(network, batch);
    }
    return traces;
  }

  /** To the last bit, in row-major order; {@link INDArray#equals} lets 1e-5 pass. */
  public static long[] bits(INDArray array) {
    return Arrays.stream(array.dup('c').data().asDouble())
        .mapToLong(Double::doubleToRawLongBits)
        .toArray();
  }
}
