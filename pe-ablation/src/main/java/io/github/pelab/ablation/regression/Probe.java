package io.github.pelab.ablation.regression;

import io.github.pelab.ablation.HeadAblation;
import io.github.pelab.ablation.HeadAblation.Head;
import io.github.pelab.layers.heads.Scope;
import io.github.pelab.tasks.Split;
import io.github.pelab.tasks.TaskBatch;
import io.github.pelab.train.Evaluation;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.config.AblationConfig.Mode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * What a network says before it is trained: its probabilities on the first validation examples,
 * whole, and with the last head of each layer in turn set to zero. The initial parameters are drawn
 * alike everywhere and nothing has grown chaotic yet, so that these numbers are a formula's value
 * but for rounding: they tell a changed formula, of the network or of ablation, on any machine.
 *
 * @param numbers by ablation (none, layer 0, layer 1, …), example and class, to seven digits
 * @param faults where an ablation changed nothing, or left something behind
 */
record Probe(List<Double> numbers, List<String> faults) {
  private static final int EXAMPLES = 3;
  private static final MathContext DIGITS = new MathContext(7);

  static Probe of(Experiment experiment) {
    MultiLayerNetwork network = experiment.network();
    Evaluation split = new Evaluation(experiment.task(), Split.VALIDATION, EXAMPLES, EXAMPLES);
    TaskBatch batch = split.batches().get(0);
    HeadAblation ablation = new HeadAblation(network, Mode.ZERO, List.of());
    double[] whole = Networks.output(network, batch);
    List<Double> numbers = new ArrayList<>(rounded(whole));
    List<String> faults = new ArrayList<>();
    for (int layer = 0; layer < ablation.layers(); layer++) {
      Head head = new Head(layer, ablation.heads(layer) - 1);
      double[] ablated;
      try (Scope scope = ablation.ablate(List.of(head), batch, 0)) {
        ablated = Networks.output(network, batch);
      }
      numbers.addAll(rounded(ablated));
      if (Arrays.equals(ablated, whole)) {
        faults.add(
            "untrained, layer %d: head %d set to zero changes nothing"
                .formatted(layer, head.head()));
      }
      if (!Arrays.equals(Networks.output(network, batch), whole)) {
        faults.add(
            "untrained, layer %d: head %d was ablated, and is not restored"
                .formatted(layer, head.head()));
      }
    }
    return new Probe(List.copyOf(numbers), List.copyOf(faults));
  }

  private static List<Double> rounded(double... numbers) {
    return Arrays.stream(numbers)
        .mapToObj(number -> new BigDecimal(number).round(DIGITS).doubleValue())
        .toList();
  }
}
