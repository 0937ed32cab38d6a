package io.github.pelab.layers.sublayer;

import io.github.pelab.layers.heads.HeadPart;
import io.github.pelab.layers.runtime.Call;
import io.github.pelab.layers.runtime.LayerGraph;
import io.github.pelab.layers.scheme.InputTerm;
import io.github.pelab.layers.scheme.LearnedLagBias;
import io.github.pelab.layers.scheme.PositionTables;
import io.github.pelab.layers.scheme.PositionTables.Learned;
import io.github.pelab.layers.scheme.PositionalScheme;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A scheme's terms in the graph: its first view. The input term enters once in a layer; the others
 * in each attention. Their parameters are the layer's, so that attentions can share a table.
 *
 * @param settings of the attentions
 */
record Positions(AttentionSettings settings) {
  static final String INPUT = "positions";

  private PositionalScheme scheme() {
    return settings.positions();
  }

  /** Name of the table of learned lag biases of block {@code block}, if there are any. */
  String table(int block) {
    return scheme().learnedLagBias().map(LearnedLagBias::shared).orElse(true)
        ? "lagBias"
        : "lagBias" + block;
  }

  void declare(SDLayerParams params, int blocks) {
    scheme()
        .input()
        .filter(InputTerm::trainable)
        .ifPresent(term -> params.addWeightParam(INPUT, settings.maxLength(), settings.width()));
    scheme()
        .learnedLagBias()
        .ifPresent(
            bias -> {
              for (int block = 0; block < (bias.shared() ? 1 : blocks); block++) {
                params.addWeightParam(
                    table(block), bias.buckets(settings.maxLength()), settings.heads());
              }
            });
  }

  void initialize(Map<String, INDArray> params, int blocks) {
    scheme()
        .input()
        .filter(InputTerm::trainable)
        .ifPresent(term -> normal(params.get(INPUT), term.initialDeviation()));
    scheme()
        .learnedLagBias()
        .ifPresent(
            bias -> {
              for (int block = 0; block < (bias.shared() ? 1 : blocks); block++) {
                normal(params.get(table(block)), bias.initialDeviation());
              }
            });
  }

  private static void normal(INDArray values, double deviation) {
    values.assign(Nd4j.randn(values.dataType(), values.shape()).mul(deviation));
  }

  /** Adds the input term to rows {@code [B·T, D]}. */
  SDVariable input(LayerGraph graph, SDVariable rows) {
    if (scheme().input().isEmpty()) {
      return rows;
    }
    if (!scheme().input().get().trainable()) {
      return rows.add(
          graph.feed(
              "positions/input",
              new long[] {-1, settings.width()},
              call -> everySequence(call, tables(call).input(), settings.width())));
    }
    // Row t of the table for each token at t, as a product: SameDiff's gather has a wrong gradient.
    SDVariable choice =
        graph.feed(
            "positions/choice",
            new long[] {-1, settings.maxLength()},
            call -> everySequence(call, choice(call), settings.maxLength()));
    return rows.add(choice.mmul(graph.parameter(INPUT)));
  }

  private double[] choice(Call call) {
    int length = Math.toIntExact(call.length());
    double[] choice = new double[length * settings.maxLength()];
    for (int t = 0; t < length; t++) {
      choice[t * settings.maxLength() + t] = 1;
    }
    return choice;
  }

  /**
   * Rows {@code [B·T, H·R]}, the rotary part of each head, rotated: x ∘ C + (x P) ∘ S, where P
   * swaps the components of each pair: products of equal shapes, whose gradients cost nothing more.
   * C and S are fed at full size because SameDiff's gradient of a broadcast sums over everything
   * that it was broadcast along.
   *
   * @param block the attention's index in the layer
   */
  SDVariable rotated(LayerGraph graph, SDVariable rows, int block) {
    if (scheme().pairMap().isEmpty()) {
      return rows;
    }
    long[] shape = {-1, rotaryWidth()};
    SDVariable cos = graph.feed("rotation/cos", shape, call -> rotation(call, true));
    SDVariable sin = graph.feed("rotation/sin", shape, call -> rotation(call, false));
    SDVariable swap = graph.feed("rotation/swap", shape, call -> pairSwap());
    SDVariable rotated = rows.mul(cos).add(rows.mmul(swap).mul(sin));
    return graph.part(HeadPart.ROTATION, rotated, rows, block, settings.rotarySize());
  }

  /** C or S for a whole batch, {@code [B·T, D]}. S carries the sign of each component. */
  private INDArray rotation(Call call, boolean cosine) {
    int heads = settings.heads();
    int pairs = settings.rotarySize() / 2;
    int length = Math.toIntExact(call.length());
    PositionTables tables = tables(call);
    double[] row = new double[length * rotaryWidth()];
    for (int t = 0, at = 0; t < length; t++) {
      for (int h = 0; h < heads; h++) {
        for (int p = 0; p < pairs; p++, at += 2) {
          int entry = (h * length + t) * pairs + p;
          row[at] = cosine ? tables.cos()[entry] : -tables.sin()[entry];
          row[at + 1] = cosine ? tables.cos()[entry] : tables.sin()[entry];
        }
      }
    }
    return everySequence(call, row, rotaryWidth());
  }

  private int rotaryWidth() {
    return settings.heads() * settings.rotarySize();
  }

  private INDArray pairSwap() {
    int width = rotaryWidth();
    double[] swap = new double[width * width];
    for (int i = 0; i < width; i++) {
      swap[i * width + (i ^ 1)] = 1;
    }
    return Nd4j.createFromArray(swap).reshape('c', width, width);
  }

  /** What is added to logits of block {@code block} by lag, scaled, {@code [1, H, T, T]} each. */
  List<SDVariable> biases(LayerGraph graph, int block) {
    List<SDVariable> biases = new ArrayList<>();
    if (scheme().lagBias().isPresent()) {
      long[] shape = {1, settings.heads(), -1, -1};
      biases.add(graph.feed("lagBias/fixed", shape, this::fixedBias));
    }
    if (scheme().learnedLagBias().isPresent()) {
      biases.add(learnedBias(graph, block));
    }
    return biases.stream().map(bias -> graph.part(HeadPart.LAG_BIAS, bias, block)).toList();
  }

  /** {@code [1, H, T, T]}. */
  private INDArray fixedBias(Call call) {
    int length = Math.toIntExact(call.length());
    double[] byLag = tables(call).lagBias();
    double[] bias = new double[settings.heads() * length * length];
    for (int h = 0, at = 0; h < settings.heads(); h++) {
      for (int i = 0; i < length; i++) {
        for (int j = 0; j < length; j++, at++) {
          bias[at] = settings.logitScale() * byLag[h * (2 * length - 1) + (i - j) + length - 1];
        }
      }
    }
    return Nd4j.createFromArray(bias).reshape('c', 1, settings.heads(), length, length);
  }

  /** The table's rows by query and key, {@code [1, H, T, T]}, as a product like the input's. */
  private SDVariable learnedBias(LayerGraph graph, int block) {
    LearnedLagBias bias = scheme().learnedLagBias().orElseThrow();
    int buckets = bias.buckets(settings.maxLength());
    SDVariable choice =
        graph.feed("lagBias/choice", new long[] {-1, buckets}, call -> buckets(bias, call));
    SDVariable byPair = choice.mmul(graph.parameter(table(block)).mul(settings.logitScale()));
    return graph
        .ops()
        .reshape(
            graph.ops().permute(byPair, 1, 0),
            graph.shape(
                "lagBias", call -> new long[] {1, settings.heads(), call.length(), call.length()}));
  }

  /** {@code [T·T, buckets]}. */
  private INDArray buckets(LearnedLagBias bias, Call call) {
    int length = Math.toIntExact(call.length());
    int buckets = bias.buckets(settings.maxLength());
    if ((long) length * length > Integer.MAX_VALUE / buckets) {
      throw new IllegalArgumentException(
          "scheme %s: a sequence of %d tokens has more pairs than can be looked up in %d buckets; shorten it"
              .formatted(scheme(), length, buckets));
    }
    float[] choice = new float[length * length * buckets];
    for (int i = 0, row = 0; i < length; i++) {
      for (int j = 0; j < length; j++, row++) {
        choice[row * buckets + bias.bucket(i - j, settings.maxLength())] = 1;
      }
    }
    return Nd4j.createFromArray(choice).reshape('c', (long) length * length, buckets);
  }

  /** The fixed terms alone. */
  private PositionTables tables(Call call) {
    return PositionTables.of(
        scheme(),
        settings.heads(),
        settings.rotarySize(),
        settings.width(),
        Math.toIntExact(call.length()),
        Learned.NOTHING);
  }

  /** The rows of one sequence for each of a batch. */
  private static INDArray everySequence(Call call, double[] rows, int width) {
    INDArray sequence = Nd4j.createFromArray(rows).reshape('c', 1, rows.length);
    return Nd4j.tile(sequence, Math.toIntExact(call.batch()), 1).reshape('c', call.rows(), width);
  }
}
