package io.github.pelab.ablation;

import static java.util.stream.Collectors.groupingBy;

import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.layers.heads.AttentionTrace;
import io.github.pelab.layers.heads.HeadReplacement;
import io.github.pelab.layers.heads.Scope;
import io.github.pelab.tasks.TaskBatch;
import io.github.pelab.train.config.AblationConfig.Mode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
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
 *   <li>{@link Mode#ZERO}: zero;
 *   <li>{@link Mode#MEAN}: its mean over the tokens of a reference split;
 *   <li>{@link Mode#RESAMPLE}: what it handed over at tokens of the reference split, drawn at
 *       random with replacement, a draw for each token. Heads that are ablated together are given
 *       the same draws.
 * </ul>
 *
 * Parameters are not touched. Layers count attentions through the whole network, from 0.
 */
public final class HeadAblation {
  /**
   * Kept for all heads at once, so not one for each token there is. They are dealt out anew in each
   * batch: examples of T tokens get one of no more than 4096 / T patterns, and are not independent.
   */
  private static final int DRAWS = 4096;

  private static final long DRAW_SEED = 1;

  private final List<Attention> attentions = new ArrayList<>();

  /** By layer: {@code [R][D]}, head h in columns h·K to (h+1)·K − 1. */
  private final double[][][] values;

  /** An attention: a block of a DL4J layer. */
  private record Attention(AttentionAccess access, int block) {
    int width() {
      return access.heads() * access.headSize();
    }
  }

  /** A head of the network, both counted from 0. */
  public record Head(int layer, int head) {}

  /** Told what all heads of a layer handed over at a token of the reference. */
  @FunctionalInterface
  private interface TokenReader {
    /**
     * Tokens are numbered through the reference, padding left out; {@code outputs} is {@code [D]}.
     */
    void read(int layer, int token, double[] outputs);
  }

  /**
   * Prepares the ablation of any head of {@code network}.
   *
   * @param reference where mean and draws are taken; not looked at for {@link Mode#ZERO}
   * @throws IllegalArgumentException if the network has no attention of this library, or the
   *     reference no token
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
    values =
        switch (mode) {
          case ZERO, AS_RELEASED -> rows(1);
          case MEAN -> means(network, reference);
          case RESAMPLE -> draws(network, reference);
        };
  }

  /** Number of attentions in the network. */
  public int layers() {
    return attentions.size();
  }

  /** H of a layer. */
  public int heads(int layer) {
    return attentions.get(layer).access().heads();
  }

  /**
   * What takes the place of a head's output: {@code [R, K]}, dealt out to the tokens of a batch as
   * {@link HeadReplacement} says. R is 1 where it is the same for every token.
   */
  public INDArray value(Head head) {
    int headSize = attentions.get(head.layer()).access().headSize();
    int first = head.head() * headSize;
    return Nd4j.createFromArray(
        Arrays.stream(values[head.layer()])
            .map(row -> Arrays.copyOfRange(row, first, first + headSize))
            .toArray(double[][]::new));
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
              .intervene(
                  List.of(new HeadReplacement(attention.block(), each.head(), value(each)))));
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

  private double[][][] rows(int count) {
    return attentions.stream()
        .map(attention -> new double[count][attention.width()])
        .toArray(double[][][]::new);
  }

  /** Means over tokens, not over padding, in double. */
  private double[][][] means(MultiLayerNetwork network, List<TaskBatch> reference) {
    double[][][] means = rows(1);
    double tokens = tokens(reference);
    readTokens(
        network,
        reference,
        (layer, token, outputs) -> {
          for (int d = 0; d < outputs.length; d++) {
            means[layer][0][d] += outputs[d] / tokens;
          }
        });
    return means;
  }

  /** Row r of every layer is what its heads handed over at the token that draw r fell on. */
  private double[][][] draws(MultiLayerNetwork network, List<TaskBatch> reference) {
    double[][][] draws = rows(DRAWS);
    SplittableRandom random = new SplittableRandom(DRAW_SEED);
    int tokens = tokens(reference);
    Map<Integer, List<Integer>> drawsOfToken =
        IntStream.range(0, DRAWS).boxed().collect(groupingBy(draw -> random.nextInt(tokens)));
    readTokens(
        network,
        reference,
        (layer, token, outputs) -> {
          for (int draw : drawsOfToken.getOrDefault(token, List.of())) {
            draws[layer][draw] = outputs;
          }
        });
    return draws;
  }

  private static int tokens(List<TaskBatch> reference) {
    double tokens =
        reference.stream()
            .mapToDouble(batch -> batch.data().getFeaturesMaskArray().sumNumber().doubleValue())
            .sum();
    if (tokens == 0) {
      throw new IllegalArgumentException(
          "the reference has no tokens to take heads' outputs from; give at least one batch");
    }
    return (int) tokens;
  }

  /** Has every token of the reference read in every layer. */
  private void readTokens(
      MultiLayerNetwork network, List<TaskBatch> reference, TokenReader reader) {
    int first = 0;
    for (TaskBatch batch : reference) {
      INDArray mask = batch.data().getFeaturesMaskArray();
      double[] real = mask.dup('c').data().asDouble();
      int firstOfBatch = first;
      List<Scope> scopes = new ArrayList<>();
      for (int layer = 0; layer < layers(); layer++) {
        int of = layer;
        scopes.add(
            attentions
                .get(layer)
                .access()
                .observe(
                    trace -> {
                      if (trace.block() == attentions.get(of).block()) {
                        read(trace, real, of, firstOfBatch, reader);
                      }
                    }));
      }
      try {
        network.output(batch.data().getFeatures(), false, mask, null);
      } finally {
        scopes.forEach(Scope::close);
      }
      first += mask.sumNumber().intValue();
    }
  }

  private static void read(
      AttentionTrace trace, double[] real, int layer, int firstToken, TokenReader reader) {
    double[] outputs = trace.headOutputs().data().asDouble();
    int width = outputs.length / real.length;
    int token = firstToken;
    for (int at = 0; at < real.length; at++) {
      if (real[at] != 0) {
        reader.read(layer, token++, Arrays.copyOfRange(outputs, at * width, (at + 1) * width));
      }
    }
  }
}
