package io.github.pelab.ablation;

import io.github.pelab.layers.heads.HeadPart;
import io.github.pelab.layers.heads.HeadReplacement;
import io.github.pelab.layers.heads.Scope;
import io.github.pelab.tasks.ExampleStreams;
import io.github.pelab.tasks.TaskBatch;
import io.github.pelab.train.config.AblationConfig;
import io.github.pelab.train.config.AblationConfig.Mode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Ablates heads of a network: what a head hands to the output projection is replaced while a scope
 * is open. What takes its place, by mode, is the same in every forward pass:
 *
 * <ul>
 *   <li>{@link Mode#ZERO}: zero. Weights that sum values which are all 0 give 0: it is as if the
 *       columns of the head had been set to 0 in what makes values, weight and bias, which is what
 *       was released with arXiv 2505.13027;
 *   <li>{@link Mode#MEAN}: its mean over the tokens of a reference split;
 *   <li>{@link Mode#RESAMPLE}: what it handed over in another example, the donor: at token t the
 *       donor's token t, and again from its first when it has no more. Donors are among the first
 *       examples of the reference split; which one an example has depends on its index in its split
 *       alone, and is the same for all heads of all layers.
 * </ul>
 *
 * <p>With {@link AblationConfig#part()} nothing is replaced: the head scores without that part.
 *
 * <p>With {@link AblationConfig#latentColumns()} a head of a latent attention stands for other
 * things, as in that release: for the components h·K to (h+1)·K − 1 of the latent vectors, which
 * are ablated in content queries, content keys and values of all heads, and for nothing where there
 * are no such components. While a scope is open, parameters are then 0 that are not else.
 *
 * <p>Layers count attentions through the whole network, from 0.
 */
public final class HeadAblation {
  /** Donors are kept whole, in every layer: as many as fit in this, but one at least. */
  private static final int DONOR_TOKENS = 8192;

  private static final int MOST_DONORS = 256;
  private static final ExampleStreams DRAWS = new ExampleStreams("ablation/donors", 1);

  private final NetworkHeads network;
  private final boolean latentColumns;
  private final Optional<HeadPart> part;
  private final Replacement replacement;

  /** A head of the network, both counted from 0. */
  public record Head(int layer, int head) {}

  /** What takes the place of a layer's heads' outputs. */
  @FunctionalInterface
  private interface Replacement {
    /**
     * Rows of D numbers, head h in columns h·K to (h+1)·K − 1, dealt out to the tokens of a batch.
     *
     * @param first the index in its split of the batch's first example
     */
    double[][] rows(int layer, TaskBatch batch, int first);
  }

  /**
   * Prepares the ablation of any head of {@code network}.
   *
   * @param reference the whole validation split, where means and donors are taken; not looked at
   *     for {@link Mode#ZERO}
   * @throws IllegalArgumentException if the network has no attention of this library, or the
   *     reference no token
   */
  public HeadAblation(MultiLayerNetwork network, Mode mode, List<TaskBatch> reference) {
    this(new NetworkHeads(network), AblationConfig.of(mode), reference);
  }

  HeadAblation(NetworkHeads network, AblationConfig config, List<TaskBatch> reference) {
    this.network = network;
    latentColumns = config.latentColumns();
    part = config.part().ofScores();
    replacement =
        switch (part.isPresent() ? Mode.ZERO : config.mode()) {
          case ZERO, AS_RELEASED -> always(rows());
          case MEAN -> always(means(reference));
          case RESAMPLE -> donors(reference);
        };
  }

  /** Number of attentions in the network. */
  public int layers() {
    return network.layers();
  }

  /** H of a layer. */
  public int heads(int layer) {
    return network.heads(layer);
  }

  /**
   * What takes the place of a head's output in a batch: {@code [R, K]}, dealt out to its tokens as
   * {@link HeadReplacement} says. R is 1 where it is the same for every token.
   *
   * @param first the index in its split of the batch's first example
   */
  public INDArray value(Head head, TaskBatch batch, int first) {
    int headSize = network.headSize(head.layer());
    int from = head.head() * headSize;
    return Nd4j.createFromArray(
        Arrays.stream(replacement.rows(head.layer(), batch, first))
            .map(row -> Arrays.copyOfRange(row, from, from + headSize))
            .toArray(double[][]::new));
  }

  /** The same for all heads of a layer, {@code [R, D]}. */
  INDArray values(int layer, TaskBatch batch, int first) {
    return Nd4j.createFromArray(replacement.rows(layer, batch, first));
  }

  /**
   * Ablates these heads, for this batch, until the scope is closed.
   *
   * @param first the index in its split of the batch's first example
   * @throws IllegalArgumentException if the network has no such head; none is ablated then
   */
  public Scope ablate(Collection<Head> heads, TaskBatch batch, int first) {
    return network.open(variant(heads, batch, first));
  }

  /**
   * What the network gives without each of these lists of heads, {@code [B, classes]}: to the bit
   * what it gives while {@link #ablate} holds, but faster.
   *
   * @param first the index in its split of the batch's first example
   */
  public List<INDArray> probabilities(
      List<? extends Collection<Head>> without, TaskBatch batch, int first) {
    return network
        .passes()
        .probabilities(batch, without.stream().map(heads -> variant(heads, batch, first)));
  }

  /** The network without these heads. */
  Variant variant(Collection<Head> heads, TaskBatch batch, int first) {
    heads.forEach(network::requirePresent);
    List<Variant.Change> changes = new ArrayList<>();
    List<Variant.Latents> latents = new ArrayList<>();
    for (Head head : heads) {
      int size = latentColumns ? network.latentSize(head.layer()) : 0;
      if (size == 0) {
        changes.add(
            part.isPresent()
                ? network.without(part.get(), head)
                : network.replaced(head, value(head, batch, first)));
      } else {
        int headSize = network.headSize(head.layer());
        int from = head.head() * headSize;
        if (from < size) {
          latents.add(new Variant.Latents(head.layer(), from, Math.min(headSize, size - from)));
        }
      }
    }
    return new Variant(changes, latents);
  }

  private static Replacement always(double[][] rows) {
    return (layer, batch, first) -> new double[][] {rows[layer]};
  }

  private double[][] rows() {
    return IntStream.range(0, network.layers())
        .mapToObj(layer -> new double[network.width(layer)])
        .toArray(double[][]::new);
  }

  /** Means over tokens, not over padding, in double. */
  private double[][] means(List<TaskBatch> reference) {
    double[][] means = rows();
    double tokens = requireTokens(reference);
    for (TaskBatch batch : reference) {
      double[] real = batch.data().getFeaturesMaskArray().dup('c').data().asDouble();
      List<INDArray> outputs = network.outputs(batch);
      for (int layer = 0; layer < layers(); layer++) {
        double[][] handed = outputs.get(layer).toDoubleMatrix();
        for (int at = 0; at < real.length; at++) {
          for (int d = 0; real[at] != 0 && d < means[layer].length; d++) {
            means[layer][d] += handed[at][d] / tokens;
          }
        }
      }
    }
    return means;
  }

  private Replacement donors(List<TaskBatch> reference) {
    List<double[][][]> donors = readDonors(reference);
    return (layer, batch, first) -> {
      int length = batch.data().getFeatures().columns();
      double[][] rows = new double[batch.examples().size() * length][];
      for (int row = 0; row < rows.length; row++) {
        int donor = donor(first + row / length, donors.size());
        double[][] handed = donors.get(donor)[layer];
        rows[row] = handed[row % length % handed.length];
      }
      return rows;
    };
  }

  /** The donor of an example: another one, where there is another. */
  private static int donor(int example, int donors) {
    SplittableRandom random = DRAWS.shared(example);
    if (example >= donors || donors == 1) {
      return random.nextInt(donors);
    }
    int other = random.nextInt(donors - 1);
    return other < example ? other : other + 1;
  }

  /** Of each donor, by layer and token: what the heads handed over, {@code [D]}. */
  private List<double[][][]> readDonors(List<TaskBatch> reference) {
    requireTokens(reference);
    List<double[][][]> donors = new ArrayList<>();
    int room = DONOR_TOKENS;
    for (TaskBatch batch : reference) {
      List<double[][]> outputs =
          network.outputs(batch).stream().map(INDArray::toDoubleMatrix).toList();
      int length = batch.data().getFeatures().columns();
      for (int b = 0; b < batch.examples().size(); b++) {
        int from = b * length;
        int to = from + batch.examples().get(b).length();
        room -= to - from;
        if (donors.size() == MOST_DONORS || (room < 0 && !donors.isEmpty())) {
          return donors;
        }
        donors.add(
            outputs.stream()
                .map(rows -> Arrays.copyOfRange(rows, from, to))
                .toArray(double[][][]::new));
      }
    }
    return donors;
  }

  private static double requireTokens(List<TaskBatch> reference) {
    double tokens =
        reference.stream()
            .mapToDouble(batch -> batch.data().getFeaturesMaskArray().sumNumber().doubleValue())
            .sum();
    if (tokens == 0) {
      throw new IllegalArgumentException(
          "the reference has no tokens to take heads' outputs from; give at least one batch");
    }
    return tokens;
  }
}
