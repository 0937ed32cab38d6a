package io.github.pelab.train;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.nn.updater.UpdaterBlock.ParamState;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;

/**
 * Adam (Kingma and Ba, arXiv 1412.6980) with decoupled weight decay (Loshchilov and Hutter, arXiv
 * 1711.05101), on the memory of DL4J's own updater, so that checkpoints are the same, but in one
 * pass over it; DL4J makes one operation after another, several for each parameter. With gradient g
 * and learning rate η of update t:
 *
 * <pre>
 *   m ← β₁ m + (1 − β₁) g
 *   v ← β₂ v + (1 − β₂) g²
 *   w ← w − η √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε) − η λ w
 * </pre>
 */
final class AdamW {
  /** Numbers that are worked on at a time: four times as many fit a core's first cache. */
  private static final int BLOCK = 2048;

  /** Numbers that are done before another thread has woken up. */
  private static final int FEW = 50_000;

  /**
   * Neighbouring numbers that are treated alike.
   *
   * @param from place of the first one among the parameters
   * @param m place of its mean gradient in the updater's state
   * @param v place of its mean square, likewise
   */
  private record Piece(Adam adam, WeightDecay decay, int from, int count, int m, int v) {}

  private final INDArray weights;
  private final INDArray gradients;
  private final INDArray state;
  private final List<Piece> pieces;
  private final Deque<float[][]> idle = new ConcurrentLinkedDeque<>();

  private AdamW(INDArray weights, INDArray gradients, INDArray state, List<Piece> pieces) {
    this.weights = weights;
    this.gradients = gradients;
    this.state = state;
    this.pieces = pieces;
  }

  /** For a network that is configured so, in single precision on a CPU; else empty. */
  static Optional<AdamW> of(MultiLayerNetwork network) {
    if (!(network.getUpdater() instanceof BaseMultiLayerUpdater<?> updater)
        || network.params().dataType() != DataType.FLOAT
        || !Nd4j.getEnvironment().isCPU()
        || !network.getDefaultConfiguration().isMiniBatch()) {
      return Optional.empty();
    }
    List<Piece> pieces = new ArrayList<>();
    for (UpdaterBlock block : updater.getUpdaterBlocks()) {
      for (ParamState parameter : block.getLayersAndVariablesInBlock()) {
        if (!add(block, parameter, pieces)) {
          return Optional.empty();
        }
      }
    }
    return Optional.of(
        new AdamW(
            network.params(),
            network.getGradientsViewArray(),
            updater.getStateViewArray(),
            pieces));
  }

  /** False where DL4J would do something else. */
  private static boolean add(UpdaterBlock block, ParamState parameter, List<Piece> pieces) {
    var config = parameter.getLayer().getConfig();
    IUpdater updater = config.getUpdaterByParam(parameter.getParamName());
    List<Regularization> regularizations =
        config.getRegularizationByParam(parameter.getParamName());
    WeightDecay decay = null;
    if (regularizations != null && !regularizations.isEmpty()) {
      if (regularizations.size() > 1
          || !(regularizations.get(0) instanceof WeightDecay only)
          || !only.isApplyLR()) {
        return false;
      }
      decay = only;
    }
    if (!(updater instanceof Adam adam)
        || config.isPretrainParam(parameter.getParamName())
        || (config.getGradientNormalization() != null
            && config.getGradientNormalization() != GradientNormalization.None)) {
      return false;
    }
    // A block's state is all m, then all v.
    int m = block.getUpdaterViewOffsetStart() - block.getParamOffsetStart();
    int v = m + block.getParamOffsetEnd() - block.getParamOffsetStart();
    int end = parameter.getParamOffsetEnd();
    for (int from = parameter.getParamOffsetStart(); from < end; from += BLOCK) {
      pieces.add(new Piece(adam, decay, from, Math.min(BLOCK, end - from), m + from, v + from));
    }
    return true;
  }

  /**
   * Moves the parameters; leaves the gradient as it is.
   *
   * @param examples that the gradient is the sum over
   */
  void apply(int iteration, int epoch, int examples) {
    FloatBuffer w = numbers(weights);
    FloatBuffer g = numbers(gradients);
    FloatBuffer s = numbers(state);
    boolean alone = weights.length() < FEW;
    (alone ? pieces.stream() : pieces.parallelStream())
        .forEach(piece -> apply(piece, iteration, epoch, examples, w, g, s));
  }

  private static FloatBuffer numbers(INDArray array) {
    FloatBuffer numbers = array.data().asNioFloat();
    int offset = Math.toIntExact(array.offset());
    return numbers.slice(offset, Math.toIntExact(array.length()));
  }

  private void apply(
      Piece piece,
      int iteration,
      int epoch,
      int examples,
      FloatBuffer weight,
      FloatBuffer gradient,
      FloatBuffer means) {
    float[][] scratch = idle.poll();
    if (scratch == null) {
      scratch = new float[4][BLOCK];
    }
    float[] w = scratch[0];
    float[] g = scratch[1];
    float[] m = scratch[2];
    float[] v = scratch[3];
    int count = piece.count();
    weight.get(piece.from(), w, 0, count);
    gradient.get(piece.from(), g, 0, count);
    means.get(piece.m(), m, 0, count);
    means.get(piece.v(), v, 0, count);

    Adam adam = piece.adam();
    double rate = adam.getLearningRate(iteration, epoch);
    double corrected =
        rate
            * Math.sqrt(1 - Math.pow(adam.getBeta2(), iteration + 1))
            / (1 - Math.pow(adam.getBeta1(), iteration + 1));
    double decay = piece.decay() == null ? 0 : piece.decay().getCoeff().valueAt(iteration, epoch);
    step(
        count,
        w,
        g,
        m,
        v,
        1f / examples,
        (float) adam.getBeta1(),
        (float) adam.getBeta2(),
        (float) adam.getEpsilon(),
        (float) corrected,
        (float) (rate * decay));

    weight.put(piece.from(), w, 0, count);
    means.put(piece.m(), m, 0, count);
    means.put(piece.v(), v, 0, count);
    idle.push(scratch);
  }

  /** A loop of its own, without branches, so that the compiler makes vectors of it. */
  private static void step(
      int count,
      float[] w,
      float[] g,
      float[] m,
      float[] v,
      float share,
      float beta1,
      float beta2,
      float epsilon,
      float rate,
      float decay) {
    for (int i = 0; i < count; i++) {
      float slope = g[i] * share;
      m[i] = beta1 * m[i] + (1 - beta1) * slope;
      v[i] = beta2 * v[i] + (1 - beta2) * slope * slope;
      w[i] -= rate * m[i] / ((float) Math.sqrt(v[i]) + epsilon) + decay * w[i];
    }
  }
}
