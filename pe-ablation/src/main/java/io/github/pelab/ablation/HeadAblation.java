package io.github.pelab.ablation;

import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.layers.heads.AttentionTrace;
import io.github.pelab.layers.heads.HeadReplacement;
import io.github.pelab.layers.heads.Scope;
import io.github.pelab.tasks.TaskBatch;
import io.github.pelab.train.config.AblationConfig.Mode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Ablates heads of a network: what a head hands to the output projection is replaced, by zero or by
 * its mean over the tokens of a reference split, while a scope is open. Parameters are not touched.
 * Layers count attentions through the whole network, from 0.
 */
public final class HeadAblation {
  private final List<Attention> attentions = new ArrayList<>();
  private final List<INDArray[]> values = new ArrayList<>();

  /** An attention: a block of a DL4J layer. */
  private record Attention(AttentionAccess access, int block) {}

  /** A head of the network, both counted from 0. */
  public record Head(int layer, int head) {}

  /**
   * Prepares the ablation of any head of {@code network}.
   *
   * @param reference what the mean is taken over; not looked at for {@link Mode#ZERO}
   * @throws IllegalArgumentException if the network has no attention of this library, or the
   *     reference nothing to take a mean over
   */
  public HeadAblation(MultiLayerNetwork network, Mode mode, List<TaskBatch> reference) {
    for (AttentionAccess access : AttentionAccess.of(network)) {
      for (int block = 0; block < access.blocks(); block++) {
        attentions.add(new Attention(access, block));
      }
    }
    if (attentions.isEmpty()) {
      throw new IllegalArgumentException(
          "the network has no attention layer of PE Lab; there is no head to ablate");
    }
    for (Attention attention : attentions) {
      INDArray[] byHead = new INDArray[attention.access().heads()];
      for (int head = 0; head < byHead.length; head++) {
        byHead[head] = Nd4j.zeros(network.params().dataType(), attention.access().headSize());
      }
      values.add(byHead);
    }
    if (mode == Mode.MEAN) {
      takeMeans(network, reference);
    }
  }

  /** Number of attentions in the network. */
  public int layers() {
    return attentions.size();
  }

  /** H of a layer. */
  public int heads(int layer) {
    return attentions.get(layer).access().heads();
  }

  /** What takes the place of a head's output: {@code [K]}. */
  public INDArray value(Head head) {
    return values.get(head.layer())[head.head()].dup();
  }

  /**
   * Ablates these heads until the scope is closed.
   *
   * @throws IllegalArgumentException if the network has no such head; none is ablated then
   */
  public Scope ablate(Collection<Head> heads) {
    heads.forEach(this::requirePresent);
    List<Scope> scopes = new ArrayList<>();
    for (Head each : heads) {
      Attention attention = attentions.get(each.layer());
      scopes.add(
          attention
              .access()
              .replace(List.of(new HeadReplacement(attention.block(), each.head(), value(each)))));
    }
    return () -> scopes.forEach(Scope::close);
  }

  private void requirePresent(Head head) {
    if (head.layer() < 0
        || head.layer() >= layers()
        || head.head() < 0
        || head.head() >= heads(head.layer())) {
      throw new IllegalArgumentException(
          "no head %d in layer %d: the network has layers 0 to %d, this many heads in each: %s"
              .formatted(
                  head.head(),
                  head.layer(),
                  layers() - 1,
                  attentions.stream().map(attention -> attention.access().heads()).toList()));
    }
  }

  /** Means over tokens, not over padding, in double. */
  private void takeMeans(MultiLayerNetwork network, List<TaskBatch> reference) {
    double[][][] sums = new double[layers()][][];
    for (int layer = 0; layer < layers(); layer++) {
      sums[layer] = new double[heads(layer)][attentions.get(layer).access().headSize()];
    }
    double tokens = 0;
    for (TaskBatch batch : reference) {
      INDArray mask = batch.data().getFeaturesMaskArray();
      List<Scope> scopes = new ArrayList<>();
      for (int layer = 0; layer < layers(); layer++) {
        Attention attention = attentions.get(layer);
        double[][] sum = sums[layer];
        scopes.add(
            attention
                .access()
                .observe(
                    trace -> {
                      if (trace.block() == attention.block()) {
                        add(trace, mask, sum);
                      }
                    }));
      }
      try {
        network.output(batch.data().getFeatures(), false, mask, null);
      } finally {
        scopes.forEach(Scope::close);
      }
      tokens += mask.sumNumber().doubleValue();
    }
    if (tokens == 0) {
      throw new IllegalArgumentException(
          "the reference has no tokens to take a mean over; give at least one batch");
    }
    for (int layer = 0; layer < layers(); layer++) {
      for (int head = 0; head < heads(layer); head++) {
        for (int k = 0; k < sums[layer][head].length; k++) {
          values.get(layer)[head].putScalar(k, sums[layer][head][k] / tokens);
        }
      }
    }
  }

  private static void add(AttentionTrace trace, INDArray mask, double[][] sums) {
    double[] outputs = trace.headOutputs().data().asDouble();
    double[] real = mask.dup('c').data().asDouble();
    int headSize = sums[0].length;
    for (int row = 0, at = 0; row < real.length; row++) {
      for (double[] sum : sums) {
        for (int k = 0; k < headSize; k++, at++) {
          sum[k] += real[row] * outputs[at];
        }
      }
    }
  }
}
