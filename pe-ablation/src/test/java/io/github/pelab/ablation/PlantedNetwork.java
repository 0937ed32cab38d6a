package io.github.pelab.ablation;

import io.github.pelab.tasks.Task;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Networks for {@link SignalTask} whose truth is known because their weights were set by hand. They
 * decide by what planted heads write into components that nothing else writes into:
 *
 * <pre>
 *   components  0– 3   which signal of kind 0 a token is (embedding)
 *               4– 7   which signal of kind 1
 *               8–11   what planted heads write, and all that the output layer reads
 *              12–15   fillers, and what all other heads write, at random
 * </pre>
 */
final class PlantedNetwork {
  static final int WIDTH = 16;
  static final String MULTI_HEAD = "multi-head";
  static final String LATENT = "mla(compressed=16,rotary=4)";
  private static final int ROTARY = 4;
  private static final int K = WIDTH / Models.HEADS;
  private static final int READ = 8;
  private static final int SCRATCH = 12;
  private static final Set<Integer> ALL_LABELS = Set.of(0, 1, 2, 3);

  /** A head that carries the signals of some labels, of one kind, to where they are read. */
  record Plant(int layer, int head, int kind, Set<Integer> labels) {
    Plant(int layer, int head, int kind) {
      this(layer, head, kind, ALL_LABELS);
    }
  }

  private PlantedNetwork() {}

  static MultiLayerNetwork of(Task task, Plant... plants) {
    return of(task, MULTI_HEAD, List.of(plants));
  }

  static MultiLayerNetwork of(Task task, String form, List<Plant> plants) {
    MultiLayerNetwork network = Models.untrained(task, WIDTH, form, "rope", false);
    Nd4j.getRandom().setSeed(5);
    INDArray embedding = network.getParam("0_embedding").assign(0);
    for (int label = 0; label < SignalTask.CLASSES; label++) {
      embedding.putScalar(SignalTask.signal(0, label), label, 1);
      embedding.putScalar(SignalTask.signal(1, label), SignalTask.CLASSES + label, 1);
    }
    for (int filler = SignalTask.signal(2, 0); filler < task.vocabularySize(); filler++) {
      embedding.putScalar(filler, SCRATCH + filler % 3, 1);
    }
    for (int layer = 0; layer < Models.LAYERS; layer++) {
      String block = "0_block" + layer + ".";
      network.getParam(block + "feedForward.out.W").assign(0);
      INDArray out = network.getParam(block + "attention.o.W").assign(0);
      for (int row = 0; row < WIDTH; row++) {
        for (int d = SCRATCH; d < WIDTH; d++) {
          out.putScalar(row, d, Nd4j.getRandom().nextGaussian());
        }
      }
    }
    plants.forEach(plant -> plant(network, form, plant));
    INDArray read = network.getParam("1_W").assign(0);
    for (int label = 0; label < SignalTask.CLASSES; label++) {
      read.putScalar(READ + label, label, 10);
    }
    return network;
  }

  private static void plant(MultiLayerNetwork network, String form, Plant plant) {
    String attention = "0_block" + plant.layer() + ".attention.";
    INDArray value;
    if (form.equals(LATENT)) {
      // Latent vectors are what they are made of, but for their length.
      network.getParam(attention + "dkv.W").assign(Nd4j.eye(WIDTH));
      columns(network.getParam(attention + "uq.W"), plant.head(), K).assign(0);
      columns(network.getParam(attention + "qr.W"), plant.head(), ROTARY).assign(0);
      value = network.getParam(attention + "uv.W");
    } else {
      columns(network.getParam(attention + "q.W"), plant.head(), K).assign(0);
      value = network.getParam(attention + "v.W");
    }
    // Without a query it looks at every token alike.
    INDArray out = network.getParam(attention + "o.W");
    for (int k = 0; k < K; k++) {
      int column = plant.head() * K + k;
      for (int d = 0; d < WIDTH; d++) {
        boolean carried = d == plant.kind() * K + k && plant.labels().contains(k);
        value.putScalar(d, column, carried ? 1 : 0);
        out.putScalar(column, d, d == READ + k ? 1 : 0);
      }
    }
  }

  private static INDArray columns(INDArray matrix, int head, int size) {
    return matrix.get(
        NDArrayIndex.all(), NDArrayIndex.interval((long) head * size, (head + 1L) * size));
  }

  /**
   * Turns what the heads of a layer hand over, all together, by an orthogonal matrix, and turns it
   * back in the output projection. Where all heads look at every token alike, the network computes
   * what it did, but each of its heads is a random subspace of those it had.
   */
  static void mixHeads(MultiLayerNetwork network, int layer, long seed) {
    String attention = "0_block" + layer + ".attention.";
    network.getParam(attention + "q.W").assign(0);
    Nd4j.getRandom().setSeed(seed);
    INDArray rotation = orthogonal(Nd4j.randn(DataType.DOUBLE, WIDTH, WIDTH));
    INDArray value = network.getParam(attention + "v.W");
    value.assign(value.mmul(rotation));
    INDArray out = network.getParam(attention + "o.W");
    out.assign(rotation.transpose().mmul(out));
  }

  private static INDArray orthogonal(INDArray matrix) {
    for (int i = 0; i < WIDTH; i++) {
      INDArray column = matrix.getColumn(i);
      for (int j = 0; j < i; j++) {
        INDArray other = matrix.getColumn(j).dup();
        column.subi(other.mul(other.mul(column).sumNumber().doubleValue()));
      }
      column.divi(column.norm2Number().doubleValue());
    }
    return matrix;
  }

  /** Puts head {@code from.get(h)} of each layer in the place of head h. */
  static void permuteHeads(MultiLayerNetwork network, List<Integer> from) {
    for (int layer = 0; layer < Models.LAYERS; layer++) {
      String attention = "0_block" + layer + ".attention.";
      int[] order = IntStream.range(0, WIDTH).map(c -> from.get(c / K) * K + c % K).toArray();
      for (String name : List.of("q", "k", "v")) {
        INDArray weight = network.getParam(attention + name + ".W");
        weight.assign(weight.dup().getColumns(order));
        INDArray bias = network.getParam(attention + name + ".b");
        bias.assign(bias.dup().getColumns(order));
      }
      INDArray out = network.getParam(attention + "o.W");
      out.assign(out.dup().getRows(order));
    }
  }
}
