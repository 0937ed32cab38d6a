package io.github.pelab.ablation;

import io.github.pelab.ablation.HeadAblation.Head;
import io.github.pelab.tasks.ExampleStreams;
import io.github.pelab.tasks.TaskBatch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Random subspaces of what a layer's heads hand over, to be removed in a head's place. Legend: K
 * head size, D = H·K width. A head is a subspace of K of the D dimensions; ablating it takes z − m
 * away there, with z what the heads hand over at a token and m what replaces it. A random subspace
 * of K dimensions is removed as much: with P the projection on it,
 *
 * <pre>
 *   z' = z − c P(z − m)
 * </pre>
 *
 * where c is such that the root mean square of |c P(z − m)| over the reference split's tokens is
 * that of the head's |z − m|. The subspace is the span of K Gaussian vectors.
 */
final class RandomSubspaces {
  private static final long SEED = 1;
  private static final ExampleStreams STREAMS = new ExampleStreams("ablation/subspaces", SEED);
  private static final int MOST_IN_LAYER = 1 << 20;

  private final NetworkHeads network;
  private final HeadAblation ablation;

  /** By layer: the mean of (z − m)(z − m)ᵀ over the reference's tokens, {@code [D, D]}. */
  private final List<INDArray> moments;

  private final Map<List<Integer>, Subspace> subspaces = new HashMap<>();

  /**
   * A subspace and how much of it is removed.
   *
   * @param basis {@code [D, K]}, orthonormal columns
   */
  record Subspace(INDArray basis, double scale) {}

  RandomSubspaces(NetworkHeads network, HeadAblation ablation, List<TaskBatch> reference) {
    this.network = network;
    this.ablation = ablation;
    this.moments = moments(reference);
  }

  /**
   * The network with random subspaces of a head's layer removed, one after another, as much of each
   * as of the head: for each head {@code count}.
   *
   * @param first the index in its split of the batch's first example
   */
  Stream<Variant> variants(List<Head> heads, int count, TaskBatch batch, int first) {
    List<INDArray> handed = network.outputs(batch);
    // Not nested streams: what replaces heads is large, and those would make it all at once.
    return IntStream.range(0, heads.size() * count)
        .mapToObj(
            which -> {
              Head head = heads.get(which / count);
              return variant(
                  subspace(head, which % count),
                  head.layer(),
                  handed.get(head.layer()),
                  ablation.values(head.layer(), batch, first));
            });
  }

  private Variant variant(Subspace subspace, int layer, INDArray handed, INDArray replacement) {
    INDArray removed =
        difference(handed, replacement)
            .mmul(subspace.basis())
            .mmul(subspace.basis().transpose())
            .muli(subspace.scale());
    INDArray left = handed.sub(removed).dup('c');
    return Variant.of(
        network.of(layer).stream()
            .map(each -> network.replaced(each, left.get(NDArrayIndex.all(), columns(each))))
            .toList());
  }

  /** The {@code index}-th subspace of the head's layer, of as many dimensions as the head. */
  Subspace subspace(Head head, int index) {
    return subspaces.computeIfAbsent(
        List.of(head.layer(), head.head(), index), key -> draw(head, index));
  }

  private Subspace draw(Head head, int index) {
    int layer = head.layer();
    int headSize = network.headSize(layer);
    Random random = new Random(STREAMS.shared((long) layer * MOST_IN_LAYER + index).nextLong());
    double[][] gaussian = new double[headSize][network.width(layer)];
    // Heads are dealt their numbers in the order of what is removed with them: heads that change
    // places take their part of every subspace along.
    for (Head each : byNorm(layer)) {
      for (int k = 0; k < headSize; k++) {
        for (double[] vector : gaussian) {
          vector[each.head() * headSize + k] = random.nextGaussian();
        }
      }
    }
    orthonormalise(gaussian);
    INDArray basis = Nd4j.createFromArray(gaussian).transpose().dup('c');
    INDArray moment = moments.get(layer);
    double meanSquare = basis.mul(moment.mmul(basis)).sumNumber().doubleValue();
    double ofHead = meanSquare(head);
    return new Subspace(basis, meanSquare > 0 ? Math.sqrt(ofHead / meanSquare) : 0);
  }

  private List<Head> byNorm(int layer) {
    return network.of(layer).stream()
        .sorted(Comparator.comparingDouble((Head head) -> meanSquare(head)).reversed())
        .toList();
  }

  /** Of what is removed with a head, over the reference's tokens. */
  private double meanSquare(Head head) {
    INDArray moment = moments.get(head.layer());
    int headSize = network.headSize(head.layer());
    return IntStream.range(head.head() * headSize, (head.head() + 1) * headSize)
        .mapToDouble(d -> moment.getDouble(d, d))
        .sum();
  }

  /** Gram and Schmidt's, twice: once leaves rounding behind. */
  private static void orthonormalise(double[][] vectors) {
    for (int i = 0; i < vectors.length; i++) {
      for (int pass = 0; pass < 2; pass++) {
        for (int j = 0; j < i; j++) {
          add(vectors[i], vectors[j], -product(vectors[i], vectors[j]));
        }
      }
      double length = Math.sqrt(product(vectors[i], vectors[i]));
      for (int d = 0; d < vectors[i].length; d++) {
        vectors[i][d] /= length;
      }
    }
  }

  private static double product(double[] a, double[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += a[d] * b[d];
    }
    return sum;
  }

  private static void add(double[] to, double[] what, double times) {
    for (int d = 0; d < to.length; d++) {
      to[d] += times * what[d];
    }
  }

  private List<INDArray> moments(List<TaskBatch> reference) {
    List<INDArray> sums = new ArrayList<>();
    for (int layer = 0; layer < network.layers(); layer++) {
      sums.add(Nd4j.zeros(DataType.DOUBLE, network.width(layer), network.width(layer)));
    }
    int first = 0;
    double tokens = 0;
    for (TaskBatch batch : reference) {
      INDArray real =
          batch.data().getFeaturesMaskArray().castTo(DataType.DOUBLE).dup('c').reshape('c', -1, 1);
      List<INDArray> handed = network.outputs(batch);
      for (int layer = 0; layer < network.layers(); layer++) {
        INDArray removed =
            difference(handed.get(layer), ablation.values(layer, batch, first))
                .muliColumnVector(real);
        sums.get(layer).addi(removed.transpose().mmul(removed));
      }
      tokens += real.sumNumber().doubleValue();
      first += batch.examples().size();
    }
    for (INDArray sum : sums) {
      sum.divi(tokens);
    }
    return sums;
  }

  /** z − m, {@code [B·T, D]}, with the rows of m dealt out to the tokens. */
  private static INDArray difference(INDArray handed, INDArray replacement) {
    return replacement.rows() == 1 ? handed.subRowVector(replacement) : handed.sub(replacement);
  }

  private INDArrayIndex columns(Head head) {
    int headSize = network.headSize(head.layer());
    return NDArrayIndex.interval((long) head.head() * headSize, (head.head() + 1L) * headSize);
  }
}
