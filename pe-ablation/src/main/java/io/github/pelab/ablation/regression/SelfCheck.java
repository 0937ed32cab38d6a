package io.github.pelab.ablation.regression;

import io.github.pelab.ablation.HeadAblation;
import io.github.pelab.ablation.HeadAblation.Head;
import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.layers.heads.AttentionTrace;
import io.github.pelab.layers.heads.Scope;
import io.github.pelab.tasks.Split;
import io.github.pelab.tasks.TaskBatch;
import io.github.pelab.train.Evaluation;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.config.AblationConfig.Mode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What must hold of a trained network by itself, whatever a baseline says:
 *
 * <ol>
 *   <li>in every attention, what the heads contribute and the bias sum to the output;
 *   <li>the network says the same whether it is observed, and so run by its graph, or not;
 *   <li>when an ablation is over, parameters and probabilities are what they were, to the bit;
 *   <li>heads that are ablated in one pass give what each gives in a pass of its own, to the bit.
 * </ol>
 */
final class SelfCheck {
  private static final int EXAMPLES = 16;

  /** Of sums, relative to the largest: some tens of roundings in single precision. */
  private static final double ROUNDING = 1e-4;

  /** Of probabilities: a trained network's logits are large, and so are their roundings. */
  private static final double ROUNDING_OF_PROBABILITIES = 1e-3;

  private SelfCheck() {}

  /** What does not hold; empty if all does. */
  static List<String> faults(Experiment experiment, MultiLayerNetwork network) {
    List<String> faults = new ArrayList<>();
    Evaluation split = new Evaluation(experiment.task(), Split.TEST, EXAMPLES, EXAMPLES);
    TaskBatch batch = split.batches().get(0);
    double[] whole = Networks.output(network, batch);
    String parameters = Networks.parameters(network);
    observe(network, batch, whole, faults);
    HeadAblation ablation = new HeadAblation(network, Mode.ZERO, List.of());
    List<List<Head>> heads = new ArrayList<>();
    for (int layer = 0; layer < ablation.layers(); layer++) {
      for (int head = 0; head < ablation.heads(layer); head++) {
        heads.add(List.of(new Head(layer, head)));
      }
    }
    List<INDArray> together = ablation.probabilities(heads, batch, 0);
    for (int i = 0; i < heads.size(); i++) {
      Head head = heads.get(i).get(0);
      double[] alone;
      try (Scope scope = ablation.ablate(heads.get(i), batch, 0)) {
        alone = Networks.output(network, batch);
      }
      if (!Arrays.equals(Networks.output(network, batch), whole)) {
        faults.add(
            "layer %d: head %d was ablated, and is not restored"
                .formatted(head.layer(), head.head()));
      }
      if (!Arrays.equals(together.get(i).dup('c').data().asDouble(), alone)) {
        faults.add(
            "layer %d: head %d, ablated in one pass with others, gives other probabilities than alone"
                .formatted(head.layer(), head.head()));
      }
    }
    if (!Networks.parameters(network).equals(parameters)) {
      faults.add("ablation has changed parameters");
    }
    return faults;
  }

  private static void observe(
      MultiLayerNetwork network, TaskBatch batch, double[] whole, List<String> faults) {
    List<AttentionTrace> traces = new ArrayList<>();
    List<Scope> scopes = new ArrayList<>();
    AttentionAccess.of(network).forEach(access -> scopes.add(access.observe(traces::add)));
    double[] observed;
    try {
      observed = Networks.output(network, batch);
    } finally {
      scopes.forEach(Scope::close);
    }
    double apart = 0;
    for (int i = 0; i < whole.length; i++) {
      apart = Math.max(apart, Math.abs(whole[i] - observed[i]));
    }
    // Not above: a NaN is a fault too.
    if (!(apart <= ROUNDING_OF_PROBABILITIES)) {
      faults.add(
          String.format(
              Locale.ROOT,
              "probabilities are other when the network is observed, by up to %.2g",
              apart));
    }
    for (int layer = 0; layer < traces.size(); layer++) {
      double error = contributionError(traces.get(layer));
      if (!(error <= ROUNDING)) {
        faults.add(
            String.format(
                Locale.ROOT,
                "layer %d: what the heads contribute is not the output, by up to %.2g of it",
                layer,
                error));
      }
    }
  }

  /**
   * The largest difference between Σ contributions + bias and the output, of the largest output.
   */
  private static double contributionError(AttentionTrace trace) {
    INDArray sum = trace.contribution(0).dup('c');
    for (int head = 1; head < trace.heads(); head++) {
      sum.addi(trace.contribution(head));
    }
    double[] sums = sum.data().asDouble();
    double[] output = trace.output().dup('c').data().asDouble();
    double[] bias =
        trace.outputBias() == null
            ? new double[(int) trace.output().size(2)]
            : trace.outputBias().dup('c').data().asDouble();
    double largest = 0;
    double error = 0;
    for (int i = 0; i < output.length; i++) {
      largest = Math.max(largest, Math.abs(output[i]));
      error = Math.max(error, Math.abs(sums[i] + bias[i % bias.length] - output[i]));
    }
    return largest == 0 ? error : error / largest;
  }
}
